/** Messages sent and to be sent. */
import { z } from 'zod'
import type { DeskParts, Methods } from './desk.ts'
import { missing, read } from './read.ts'

export function deliveryMethods({ catalogue, clock }: DeskParts): Methods {
  interface Row {
    readonly id: number
    readonly receiver: string
    readonly webhookId: string
    readonly hasFiring: number
    readonly createdAt: number
    readonly state: string
    readonly attempts: number
    readonly nextAttemptAt: number
    readonly lastStatus: number | null
    readonly lastError: string | null
    readonly endedAt: number | null
    readonly alertCount: number
    /** JSON. */
    readonly alerts: string
  }
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  return {
    deliveries: params => {
      const { before, limit } = read(z.strictObject({ before: z.number(), limit: z.number() }), params)
      return {
        deliveries: (catalogue.all('deliveries', before, limit) as readonly Row[]).map(row => ({
          ...row,
          hasFiring: row.hasFiring === 1,
          createdAt: iso(row.createdAt),
          nextAttemptAt: row.state === 'pending' ? iso(row.nextAttemptAt) : null,
          endedAt: iso(row.endedAt),
          alerts: JSON.parse(row.alerts) as object[],
        })),
      }
    },
    delivery: params => {
      const { id } = read(z.strictObject({ id: z.number() }), params)
      const row = catalogue.one('delivery', id) as { body: string; contentType: string } | undefined
      if (row === undefined) throw missing('delivery', String(id))
      return { id, ...row }
    },
    redeliver: params => {
      const { id } = read(z.strictObject({ id: z.number() }), params)
      if (catalogue.run('redeliver', clock.now(), id).changes === 0) throw missing('delivery', String(id))
      return { id }
    },
  }
}

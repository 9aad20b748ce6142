/** Alerts that are and were, and silences. */
import { z } from 'zod'
import type { UnixMillis } from '../../model/time.ts'
import { isInhibited, silencedBy } from '../muting.ts'
import { addSilence, expireSilence, silences, silenceSchema } from '../silences.ts'
import type { DeskParts, Methods } from './desk.ts'
import { missing, read } from './read.ts'

export function alertMethods({ catalogue, clock, engine }: DeskParts): Methods {
  interface Row {
    readonly id: number
    readonly labels: string
    readonly annotations: string
    readonly startsAt: UnixMillis
    readonly endsAt: UnixMillis | null
    readonly fingerprint: string
  }
  return {
    alerts: params => {
      const { limit } = read(z.strictObject({ limit: z.number() }), params)
      const { muting } = engine
      return {
        active: engine.active.map(({ labels, state }) => ({
          labels,
          state: state.state,
          since: new Date(state.since).toISOString(),
          silencedBy: silencedBy(labels, muting),
          inhibited: isInhibited(labels, muting),
        })),
        history: (catalogue.all('episodes', limit) as readonly Row[]).map(row => ({
          id: row.id,
          fingerprint: row.fingerprint,
          labels: JSON.parse(row.labels) as object,
          annotations: JSON.parse(row.annotations) as object,
          startsAt: new Date(row.startsAt).toISOString(),
          endsAt: row.endsAt === null ? null : new Date(row.endsAt).toISOString(),
        })),
      }
    },
    silences: () => ({ silences: silences(catalogue, clock.now()) }),
    addSilence: params => ({ id: addSilence(catalogue, read(silenceSchema, params)) }),
    expireSilence: params => {
      const { id } = read(z.strictObject({ id: z.string() }), params)
      if (!expireSilence(catalogue, id, clock.now())) throw missing('silence in force', id)
      return { id }
    },
  }
}

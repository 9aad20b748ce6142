/** Silences: alerts that match are not told of while one is in force. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { UnixMillis } from '../model/time.ts'
import type { AlertCatalogue } from './catalogue.ts'
import { matcherText, parseMatcher, type Matcher } from './labels.ts'
import { matcher } from './receivers.ts'

export const silenceSchema = z.strictObject({
  matchers: z.array(matcher).min(1, 'expected at least one matcher').max(32),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  createdBy: z.string().max(256).default(''),
  comment: z.string().max(4_096).default(''),
})
export type NewSilence = z.output<typeof silenceSchema>

export interface Silence {
  readonly id: string
  readonly matchers: readonly string[]
  readonly startsAt: string
  readonly endsAt: string
  readonly createdBy: string
  readonly comment: string
  readonly state: 'pending' | 'active' | 'expired'
}

interface Row {
  readonly id: string
  readonly matchers: string
  readonly startsAt: UnixMillis
  readonly endsAt: UnixMillis
  readonly createdBy: string
  readonly comment: string
}

export function silences(catalogue: AlertCatalogue, now: UnixMillis): readonly Silence[] {
  return (catalogue.all('silences') as readonly Row[]).map(row => ({
    ...row,
    matchers: JSON.parse(row.matchers) as string[],
    startsAt: new Date(row.startsAt).toISOString(),
    endsAt: new Date(row.endsAt).toISOString(),
    state: now < row.startsAt ? 'pending' : now < row.endsAt ? 'active' : 'expired',
  }))
}

export interface SilenceInForce {
  readonly id: string
  readonly matchers: readonly Matcher[]
}

export const silencesInForce = (catalogue: AlertCatalogue, now: UnixMillis): readonly SilenceInForce[] =>
  silences(catalogue, now)
    .filter(({ state }) => state === 'active')
    .map(({ id, matchers }) => ({ id, matchers: matchers.flatMap(text => parseMatcher(text) ?? []) }))

/** @returns its id */
export function addSilence(
  catalogue: AlertCatalogue,
  { startsAt, endsAt, matchers, ...rest }: NewSilence,
): string {
  const id = randomUUID()
  catalogue.run('putSilence', {
    ...rest,
    id,
    matchers: JSON.stringify(matchers.map(matcherText)),
    startsAt: Date.parse(startsAt),
    endsAt: Date.parse(endsAt),
  })
  return id
}

/** @returns whether there was one in force or to come */
export const expireSilence = (catalogue: AlertCatalogue, id: string, now: UnixMillis): boolean =>
  catalogue.run('expireSilence', { id, now }).changes === 1

/** Good and bad events of each minute, asked of the store for whatever an objective counts. */
import { HodoscopeError } from '../model/errors.ts'
import type { MinuteRange } from '../slo/window.ts'
import type { Ask } from './enrich.ts'

/** One number a minute, the first for the first minute of the range. */
export interface EventMinutes {
  readonly good: readonly number[]
  readonly bad: readonly number[]
}

/**
 * @param definition JSON of a `CountedIndicator`
 * @throws HodoscopeError `queries_busy` where the store did not answer
 */
export async function minutesStored(definition: string, range: MinuteRange, ask: Ask): Promise<EventMinutes> {
  try {
    return await ask<EventMinutes>('eventMinutes', { ...(JSON.parse(definition) as object), ...range })
  } catch {
    throw new HodoscopeError('queries_busy', 'the store did not answer in time')
  }
}

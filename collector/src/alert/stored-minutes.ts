/** Good and bad events of each minute, asked of the store for whatever an objective counts. */
import type { CountedDefinition } from '../derive/indicator.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { EventMinutes } from '../query/event-minutes.ts'
import type { MinuteRange } from '../slo/window.ts'
import type { Ask } from './enrich.ts'

/**
 * @param definition JSON of a `CountedDefinition`
 * @throws HodoscopeError `queries_busy` where the store did not answer
 */
export async function minutesStored(definition: string, range: MinuteRange, ask: Ask): Promise<EventMinutes> {
  try {
    const indicator = JSON.parse(definition) as CountedDefinition
    const job = indicator.signal === 'metrics' ? 'metricMinutes' : 'eventMinutes'
    return await ask<EventMinutes>(job, { ...indicator, ...range })
  } catch {
    throw new HodoscopeError('queries_busy', 'the store did not answer in time')
  }
}

/**
 * The collector's own status, asked for every few seconds: what the status line says, whether
 * anything has ever arrived, and whether the collector answers at all.
 */
import { computed, signal } from '@preact/signals'
import type { StatusAnswer } from '../../../collector/src/serve/api-types.ts'
import { millisOfNano } from '../lib/nano.ts'
import { ApiError, get, offline } from './api.ts'
import { knowOldest, refresh } from './range.ts'

const CALM_MILLIS = 5000
const EAGER_MILLIS = 1500

export const status = signal<StatusAnswer | undefined>(undefined)

/** Nothing was ever stored; undefined as long as that is unknown. */
export const firstStart = computed(() => {
  const answer = status.value
  return answer && answer.signals.traces.records === 0 && answer.signals.logs.records === 0
})

async function ask(): Promise<void> {
  const wasOffline = offline.value
  const wasFirst = firstStart.value
  try {
    const answer = await get<StatusAnswer>('/api/status')
    status.value = answer
    knowOldest(oldestOf(answer.signals))
    if (wasOffline || (wasFirst && !firstStart.value)) refresh()
  } catch (error) {
    // What the pages ask for tells it; this line only knows less for a while.
    if (!(error instanceof ApiError)) throw error
  }
}

function oldestOf(signals: StatusAnswer['signals']): number | undefined {
  const from = [signals.traces.fromUnixNano, signals.logs.fromUnixNano].filter(nano => nano !== null)
  return from.length === 0 ? undefined : Math.min(...from.map(millisOfNano))
}

/** Asks for as long as the page lives; sooner while something is awaited. Called once. */
export function watchStatus(): void {
  const next = async (): Promise<void> => {
    if (document.visibilityState === 'visible') await ask()
    setTimeout(() => void next(), firstStart.value || offline.value ? EAGER_MILLIS : CALM_MILLIS)
  }
  void next()
}

/**
 * The one range of time, kept in the URL and shared by everything on a page.
 *
 * `now` is a signal that moves only by a refresh (by hand, or every five seconds while live), so that
 * all charts and lists of a page answer for the same instants.
 */
import { batch, computed, effect, signal } from '@preact/signals'
import {
  absoluteRange,
  coveringRange,
  isLive,
  resolveRange,
  type Range,
  type RangeText,
} from '../lib/time-range.ts'
import { collectorNow } from './api.ts'
import { param, setParams } from './location.ts'

const LIVE_MILLIS = 5000

/** The instant, in Unix milliseconds, that `now` means on this page. */
export const now = signal(collectorNow())
/** Grows with each refresh: what was loaded before is stale. */
export const refreshes = signal(0)

/** When the oldest record stored was made, in Unix milliseconds; undefined while that is unknown. */
export const oldest = signal<number | undefined>(undefined)
/** What is looked at until somebody chooses. Moves with `now` alone, so that nothing jumps in between. */
const unchosen = signal<RangeText>(coveringRange(undefined, now.value))

/** Called with every status; the first that knows of data also fits the range to it. */
export function knowOldest(at: number | undefined): void {
  const first = oldest.peek() === undefined
  batch(() => {
    oldest.value = at
    if (first) unchosen.value = coveringRange(at, now.peek())
  })
}

export const rangeText = computed<RangeText>(() => ({
  from: param('from') || unchosen.value.from,
  to: param('to') || unchosen.value.to,
}))
/** Whether somebody chose the range, or it follows the data. */
export const isChosen = computed(() => param('from') !== '' || param('to') !== '')
export const range = computed<Range>(() => resolveRange(rangeText.value, now.value))
export const live = computed(() => param('live') === '1' && isLive(rangeText.value))

export function refresh(): void {
  batch(() => {
    now.value = collectorNow()
    unchosen.value = coveringRange(oldest.peek(), now.value)
    refreshes.value++
  })
}

export const setRange = (text: RangeText): void => {
  now.value = collectorNow()
  setParams({ from: text.from, to: text.to, live: isLive(text) ? param('live') : '' })
}

export const zoomTo = (to: Range): void => setRange(absoluteRange(to))

export const setLive = (on: boolean): void => {
  if (on && !isLive(rangeText.value)) setParams({ from: '', to: '', live: 1 })
  else setParams({ live: on ? 1 : '' })
  if (on) refresh()
}

/** Refreshes while live and seen. Called once. */
export function keepLive(): void {
  effect(() => {
    if (!live.value) return undefined
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh()
    }, LIVE_MILLIS)
    return () => clearInterval(timer)
  })
}

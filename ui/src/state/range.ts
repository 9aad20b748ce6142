/**
 * The one range of time, kept in the URL and shared by everything on a page.
 *
 * `now` is a signal that moves only by a refresh (by hand, or every five seconds while live), so that
 * all charts and lists of a page answer for the same instants.
 */
import { computed, effect, signal } from '@preact/signals'
import {
  absoluteRange,
  DEFAULT_RANGE,
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

export const rangeText = computed<RangeText>(() => ({
  from: param('from') || DEFAULT_RANGE.from,
  to: param('to') || DEFAULT_RANGE.to,
}))
export const range = computed<Range>(() => resolveRange(rangeText.value, now.value))
export const live = computed(() => param('live') === '1' && isLive(rangeText.value))

export function refresh(): void {
  now.value = collectorNow()
  refreshes.value++
}

export const setRange = (text: RangeText): void => {
  const isDefault = text.from === DEFAULT_RANGE.from && text.to === DEFAULT_RANGE.to
  now.value = collectorNow()
  setParams({
    from: isDefault ? '' : text.from,
    to: isDefault ? '' : text.to,
    live: isLive(text) ? param('live') : '',
  })
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

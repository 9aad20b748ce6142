/**
 * The life of one alert, as a pure step from one evaluation to the next:
 *
 *            burning                for has passed
 *   inactive ───────▶ pending ──────────────────▶ firing
 *       ▲  calm          │                           │ calm, and keep_firing_for has passed
 *       └────────────────┘◀──────────────────────────┘ resolved
 *
 * What holds or lacks data changes nothing: neither fires nor resolves. Instants are those of the
 * wall clock, so that a restart resets no `for`; what a clock jumps is added to them.
 *
 * Source: prometheus.io/docs/prometheus/latest/configuration/alerting_rules.
 */
import { unixMillis, type Millis, type UnixMillis } from '../model/time.ts'
import type { Verdict } from '../slo/burn.ts'

export interface Timing {
  readonly forMillis: Millis
  readonly keepFiringMillis: Millis
}

export type AlertState =
  | { readonly state: 'pending'; readonly since: UnixMillis }
  | {
      readonly state: 'firing'
      readonly since: UnixMillis
      /** Since when it burns: where it was pending before, since then. */
      readonly activeSince: UnixMillis
      readonly calmSince: UnixMillis | undefined
    }

export const activeSince = (state: AlertState): UnixMillis =>
  state.state === 'pending' ? state.since : state.activeSince

/** undefined is inactive. */
export function step(
  before: AlertState | undefined,
  verdict: Verdict,
  timing: Timing,
  now: UnixMillis,
): AlertState | undefined {
  if (verdict === 'hold' || verdict === 'no_data') return before
  if (verdict === 'calm') return calmed(before, timing, now)
  if (before?.state === 'firing')
    return before.calmSince === undefined ? before : { ...before, calmSince: undefined }
  const pending = before ?? { state: 'pending', since: now }
  return now - pending.since >= timing.forMillis
    ? { state: 'firing', since: now, activeSince: pending.since, calmSince: undefined }
    : pending
}

function calmed(before: AlertState | undefined, { keepFiringMillis }: Timing, now: UnixMillis) {
  if (before?.state !== 'firing' || keepFiringMillis === 0) return undefined
  const calmSince = before.calmSince ?? now
  return now - calmSince >= keepFiringMillis ? undefined : { ...before, calmSince }
}

/** After the wall clock jumped: as much time has passed as before. */
export function shifted(state: AlertState, by: Millis): AlertState {
  const at = (instant: UnixMillis): UnixMillis => unixMillis(instant + by)
  if (state.state === 'pending') return { ...state, since: at(state.since) }
  return { ...state, calmSince: state.calmSince === undefined ? undefined : at(state.calmSince) }
}

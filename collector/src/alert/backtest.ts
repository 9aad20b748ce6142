/**
 * What an objective would have told of in a range of the past: every minute of it is judged by the
 * rows and the state machine that judge the present.
 */
import {
  millisOfMinute,
  MILLIS_PER_MINUTE,
  unixMillis,
  unixMinute,
  type Millis,
  type UnixMillis,
  millis,
} from '../model/time.ts'
import { judge, type Observation } from '../slo/burn.ts'
import type { Objective } from '../slo/objective.ts'
import { rowName, type AlertRow, type Severity } from '../slo/rows.ts'
import { lastMinutes, type MinuteRange } from '../slo/window.ts'
import { step, type AlertState } from './machine.ts'
import { AT_ONCE } from './slo-rules.ts'

export interface BacktestEpisode {
  readonly severity: Severity
  readonly start: UnixMillis
  /** undefined where it goes on at the end of the range. */
  readonly end: UnixMillis | undefined
  /** Names of the rows that fired in it. */
  readonly rows: readonly string[]
}

/** What was seen in some minutes of the past. */
export type Observe = (range: MinuteRange) => Observation

/** Minutes that are judged before others may run. */
const MINUTES_A_TURN = 720

/**
 * Rows of one severity that fire at the same time are one episode, as they are one message.
 * @param pause lets others run
 */
export async function backtest(
  objective: Objective,
  range: MinuteRange,
  observe: Observe,
  pause: () => Promise<void>,
): Promise<readonly BacktestEpisode[]> {
  const replays = objective.alerting.rows.map(row => new Replay(objective, row, observe))
  for (let minute = range.from; minute < range.to; minute++) {
    const now = unixMillis(millisOfMinute(minute) + MILLIS_PER_MINUTE - 1)
    for (const replay of replays) replay.judge(now)
    if ((minute - range.from + 1) % MINUTES_A_TURN === 0) await pause()
  }
  return merged(replays.flatMap(replay => replay.episodes))
}

class Replay {
  readonly #objective: Objective
  readonly #row: AlertRow
  readonly #observe: Observe
  readonly episodes: BacktestEpisode[] = []
  #state: AlertState | undefined

  constructor(objective: Objective, row: AlertRow, observe: Observe) {
    this.#objective = objective
    this.#row = row
    this.#observe = observe
  }

  judge(now: UnixMillis): void {
    const { target, alerting } = this.#objective
    const { longMinutes, shortMinutes } = this.#row
    const [long, short] = [longMinutes, shortMinutes].map(count =>
      this.#observe(lastMinutes(now, count)),
    ) as [Observation, Observation]
    const verdict = judge(this.#row, target, alerting.minBadEvents, long, short)
    const [before, after] = [this.#state, step(this.#state, verdict, AT_ONCE, now)]
    this.#state = after
    const at = unixMillis(now + 1)
    if (before === undefined && after !== undefined)
      this.episodes.push({
        severity: this.#row.severity,
        start: at,
        end: undefined,
        rows: [rowName(this.#row)],
      })
    else if (before !== undefined && after === undefined)
      this.episodes.push({ ...this.episodes.pop()!, end: at })
  }
}

function merged(episodes: readonly BacktestEpisode[]): readonly BacktestEpisode[] {
  const told: BacktestEpisode[] = []
  for (const next of episodes.toSorted((a, b) => a.start - b.start)) {
    const at = told.findLastIndex(({ severity }) => severity === next.severity)
    const last = told[at]
    if (last === undefined || endOf(last) < next.start) told.push(next)
    else
      told[at] = {
        ...last,
        end: endOf(last) > endOf(next) ? last.end : next.end,
        rows: [...new Set([...last.rows, ...next.rows])],
      }
  }
  return told
}

const endOf = ({ end }: BacktestEpisode): number => end ?? Infinity

/** How long something of a severity fired within the range. */
export function firedFor(
  episodes: readonly BacktestEpisode[],
  severity: Severity,
  range: MinuteRange,
): Millis {
  const until = millisOfMinute(unixMinute(range.to))
  return millis(
    episodes
      .filter(episode => episode.severity === severity)
      .reduce((sum, { start, end }) => sum + (end ?? until) - start, 0),
  )
}

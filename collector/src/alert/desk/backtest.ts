/** What an SLO, stored or only drafted, would have told of in a range of the past. */
import { setImmediate as othersRun } from 'node:timers/promises'
import { stringify } from 'yaml'
import { z } from 'zod'
import { HodoscopeError } from '../../model/errors.ts'
import {
  millisOfMinute,
  minuteOf,
  unixMillis,
  unixMinute,
  MILLIS_PER_MINUTE,
  type UnixMinute,
} from '../../model/time.ts'
import { CountHistory, HOUR } from '../../slo/history.ts'
import type { Objective } from '../../slo/objective.ts'
import { reshapeFor } from '../../slo/slices.ts'
import type { MinuteRange } from '../../slo/window.ts'
import { backtest, firedFor, type BacktestEpisode, type Observe } from '../backtest.ts'
import type { EventMinutes } from '../../query/event-minutes.ts'
import { minutesStored } from '../stored-minutes.ts'
import type { DeskParts, Methods } from './desk.ts'
import { read } from './read.ts'
import { MAX_YAML, soundSlo } from './slos.ts'

const MAX_MINUTES = 92 * 1_440

const schema = z.strictObject({
  slo: z.union([z.string().max(MAX_YAML), z.record(z.string(), z.unknown())]),
  from: z.number(),
  to: z.number(),
})

export function backtestMethods({ ask, counts, clock }: DeskParts): Methods {
  const episodesOf = async (objective: Objective, definition: string, range: MinuteRange) => {
    const before = Math.max(0, ...objective.alerting.rows.map(({ longMinutes }) => longMinutes))
    const from = unixMinute(Math.floor((range.from - before) / HOUR) * HOUR)
    const history = historyOf(objective, from, await minutesStored(definition, { from, to: range.to }, ask))
    const now = millisOfMinute(range.to)
    const observe: Observe = window => ({
      tally: history.sum(window.from, window.to),
      coverage: counts.coverage(window, now),
    })
    return backtest(objective, range, observe, () => othersRun())
  }
  return {
    backtest: async params => {
      const { slo: written, ...given } = read(schema, params)
      const { slo, definitions } = soundSlo(typeof written === 'string' ? written : stringify(written))
      const range = rangeOf(given, minuteOf(clock.now()))
      const found = await Promise.all(
        slo.objectives.map(async objective => ({
          objective: objective.name,
          episodes: await episodesOf(objective, definitions.get(objective.name)!, range),
        })),
      )
      return answerOf(slo.name, found, range)
    },
  }
}

/** Whole minutes, of which none is to come. */
function rangeOf({ from, to }: { from: number; to: number }, now: UnixMinute): MinuteRange {
  const range = {
    from: minuteOf(unixMillis(from)),
    to: unixMinute(Math.min(now + 1, Math.ceil(to / MILLIS_PER_MINUTE))),
  }
  const minutes = range.to - range.from
  if (minutes < 1 || minutes > MAX_MINUTES)
    throw new HodoscopeError(
      'parameter_invalid',
      `from, to: expected a range of the past of 1 minute to ${MAX_MINUTES / 1_440} days`,
    )
  return range
}

function historyOf(objective: Objective, from: UnixMinute, { good, bad }: EventMinutes): CountHistory {
  const reshape = reshapeFor(objective.budgeting)
  const hourAt = (hour: number) => {
    const counts = new Float64Array(2 * HOUR)
    const at = hour * HOUR - from
    counts.set(good.slice(at, at + HOUR))
    counts.set(bad.slice(at, at + HOUR), HOUR)
    return reshape(counts)
  }
  const history = new CountHistory(hourAt)
  for (let hour = from / HOUR; hour * HOUR < from + good.length; hour++) history.set(hour, hourAt(hour))
  return history
}

function answerOf(
  name: string,
  found: readonly { readonly objective: string; readonly episodes: readonly BacktestEpisode[] }[],
  range: MinuteRange,
) {
  const iso = (at: number): string => new Date(at).toISOString()
  const pages = found.flatMap(({ objective, episodes }) =>
    episodes.map(({ start, end, ...rest }) => ({
      objective,
      ...rest,
      start: iso(start),
      end: end === undefined ? null : iso(end),
    })),
  )
  const episodes = found.flatMap(each => each.episodes)
  const told = (severity: 'page' | 'ticket') => ({
    count: episodes.filter(episode => episode.severity === severity).length,
    minutes: firedFor(episodes, severity, range) / MILLIS_PER_MINUTE,
  })
  return {
    name,
    from: iso(millisOfMinute(range.from)),
    to: iso(millisOfMinute(range.to)),
    page: told('page'),
    ticket: told('ticket'),
    pages: pages.toSorted((a, b) => a.start.localeCompare(b.start)),
  }
}

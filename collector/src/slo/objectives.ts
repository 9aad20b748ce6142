/** Reads window, budgeting method and targets of an SLO document: all but its indicator. */
import { isCalendarUnit, isTimeZone, parseWallTime } from './calendar.ts'
import { isFixed, nominalMinutes, parseSloDuration } from './duration.ts'
import type { Fields } from '../model/fields.ts'
import type { Budgeting, SloWindow } from './objective.ts'
import { dividesHour } from './slices.ts'
import { parseTarget, parseTargetPercent, type Target } from './target.ts'

export function readWindow(spec: Fields): SloWindow | undefined {
  const windows = spec.at('timeWindow').items()
  if (windows.length !== 1) {
    spec.at('timeWindow').fault(`expected one window, got ${windows.length}`)
    return undefined
  }
  const window = windows[0]!
  const duration = window
    .at('duration')
    .parsed('a duration such as 30d or 1M, of at most a year', parseSloDuration)
  const isRolling = window.at('isRolling').boolean(window.at('calendar').isAbsent)
  if (duration === undefined) return undefined
  if (!isRolling) return readCalendar(window, duration)
  if (isFixed(duration)) return { kind: 'rolling', duration }
  window.at('duration').fault('a rolling window has a fixed length: give it in m, h, d or w')
  return undefined
}

function readCalendar(
  window: Fields,
  duration: { count: number; unit: 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'Y' },
): SloWindow | undefined {
  const calendar = window.at('calendar')
  const startTime = calendar
    .at('startTime')
    .parsed('a time such as 2026-01-01 00:00:00', text =>
      parseWallTime(text) === undefined ? undefined : text,
    )
  const timeZone = calendar
    .at('timeZone')
    .parsed('a time zone such as Europe/Berlin', name => (isTimeZone(name) ? name : undefined))
  if (!isCalendarUnit(duration.unit)) {
    const meant = duration.unit === 'm' ? '; m is minutes, a month is M' : ''
    window.at('duration').fault(`a calendar window is counted in d, w, M, Q or Y${meant}`)
    return undefined
  }
  if (startTime === undefined || timeZone === undefined) return undefined
  return { kind: 'calendar', duration, startTime, timeZone }
}

export function readTarget(objective: Fields): Target | undefined {
  const [target, percent] = [objective.at('target'), objective.at('targetPercent')]
  if (!target.isAbsent && !percent.isAbsent) {
    percent.fault('give target or targetPercent, not both')
    return undefined
  }
  if (!percent.isAbsent) return percent.parsed('a percentage above 0 and below 100', parseTargetPercent)
  return target.parsed('a decimal above 0 and below 1, such as 0.999', parseTarget)
}

const METHODS = ['Occurrences', 'Timeslices', 'RatioTimeslices'] as const

export function readBudgeting(spec: Fields, objective: Fields): Budgeting | undefined {
  const method = spec.at('budgetingMethod').oneOf(METHODS)
  if (method === undefined) return undefined
  if (method === 'Occurrences') return { method }
  const sliceMinutes = objective
    .at('timeSliceWindow')
    .parsed('a duration that divides an hour, such as 1m or 5m', text => {
      const duration = parseSloDuration(text)
      const minutes = duration === undefined ? 0 : nominalMinutes(duration)
      return minutes > 0 && dividesHour(minutes) ? minutes : undefined
    })
  if (sliceMinutes === undefined) return undefined
  if (method === 'RatioTimeslices') return { method, sliceMinutes }
  const sliceTarget = objective
    .at('timeSliceTarget')
    .parsed('a decimal above 0 and below 1, such as 0.95', parseTarget)
  return sliceTarget === undefined ? undefined : { method, sliceMinutes, sliceTarget }
}

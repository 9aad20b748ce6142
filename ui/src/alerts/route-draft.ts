/** A route as a form holds it, every field a text; what is wrong with it; and as the API takes it. */
import type { RoutesAnswer } from '../slo/answers.ts'
import { linesOf, secondsText } from './matchers.ts'

type Route = RoutesAnswer['routes'][number]

export interface RouteDraft {
  /** Of this form alone: rows keep their fields when they move. */
  readonly id: number
  readonly receiver: string
  /** One matcher a line. */
  readonly match: string
  /** Labels separated by commas. */
  readonly groupBy: string
  /** '' for the default. */
  readonly groupWait: string
  readonly groupInterval: string
  readonly repeatInterval: string
  readonly continue: boolean
  /** Given by the API alone: they stay as they are. */
  readonly labels: Readonly<Record<string, string>>
}

export type RouteFaults = Partial<Record<'match' | 'groupWait' | 'groupInterval' | 'repeatInterval', string>>

let drafts = 0

export const draftOf = (route: Route): RouteDraft => ({
  id: ++drafts,
  receiver: route.receiver,
  match: route.match.join('\n'),
  groupBy: route.groupBy.join(', '),
  groupWait: route.groupWaitSeconds === null ? '' : secondsText(route.groupWaitSeconds),
  groupInterval: secondsText(route.groupIntervalSeconds),
  repeatInterval: secondsText(route.repeatIntervalSeconds),
  continue: route.continue,
  labels: route.labels,
})

export const newDraft = (receiver: string): RouteDraft =>
  draftOf({
    receiver,
    match: ['severity="page"'],
    groupBy: ['slo', 'alertname'],
    groupWaitSeconds: null,
    groupIntervalSeconds: 60,
    repeatIntervalSeconds: 14_400,
    continue: false,
    labels: {},
  })

const LENGTH = /^\d+[smhd]$/
const MATCHER = /^[A-Za-z_]\w*\s*(=|!=|=~|!~)\s*".*"$/

/** The collector judges in the end; what it would surely refuse is told while it is typed. */
export function faultsOf(draft: RouteDraft): RouteFaults {
  const length = (text: string): string | undefined =>
    LENGTH.test(text.trim()) ? undefined : 'a length such as 30s, 5m or 4h'
  const wrong = linesOf(draft.match).find(line => !MATCHER.test(line))
  const all = {
    match: wrong === undefined ? undefined : `${wrong} is no matcher such as severity="page"`,
    groupWait: draft.groupWait.trim() === '' ? undefined : length(draft.groupWait),
    groupInterval: length(draft.groupInterval),
    repeatInterval: length(draft.repeatInterval),
  }
  return Object.fromEntries(Object.entries(all).filter(([, fault]) => fault !== undefined))
}

export const routeOf = (draft: RouteDraft): object => ({
  receiver: draft.receiver,
  match: linesOf(draft.match),
  groupBy: draft.groupBy
    .split(',')
    .map(label => label.trim())
    .filter(label => label !== ''),
  ...(draft.groupWait.trim() !== '' && { groupWait: draft.groupWait.trim() }),
  groupInterval: draft.groupInterval.trim(),
  repeatInterval: draft.repeatInterval.trim(),
  continue: draft.continue,
  labels: draft.labels,
})

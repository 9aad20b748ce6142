/**
 * The API of SLOs and alerts as a table: path, method, what it takes, and the call to the thread of
 * alerts that answers. Routes and the OpenAPI description are made from it.
 */
import { z } from 'zod'
import { parseTime } from './time-parameter.ts'
import { HodoscopeError } from '../model/errors.ts'
import { milliOfNano, type UnixMillis } from '../model/time.ts'
import * as p from './parameters.ts'

export interface DeskEndpoint {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly parameters: z.ZodObject
  readonly inPath: readonly string[]
  /** Whether it takes a body of JSON, described by this schema. */
  readonly body?: z.ZodType
  /** Name of the answer's schema in `desk-answers.ts`. */
  readonly answer: string
  readonly call: string
  params(parameters: Record<string, unknown>, body: unknown, now: UnixMillis): unknown
}

interface Plan {
  readonly operation: string
  readonly summary: string
  readonly parameters?: z.ZodObject
  readonly body?: z.ZodType
  readonly answer: string
  readonly call: string
  readonly params?: DeskEndpoint['params']
}

function endpoint(method: DeskEndpoint['method'], path: string, plan: Plan): DeskEndpoint {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]!)
  const own = Object.fromEntries(inPath.map(part => [part, NAMES[part]!]))
  const { parameters = z.object({}), params = given => given, ...rest } = plan
  return { ...rest, method, path, inPath, parameters: z.object({ ...own, ...parameters.shape }), params }
}

const NAMES: Readonly<Record<string, z.ZodType>> = {
  name: z.string().max(300).describe('Its name.'),
  id: z.string().max(100).describe('Its id.'),
}

const withBody = (given: Record<string, unknown>, body: unknown): unknown => ({
  ...(body as object),
  ...given,
})
const number = (given: Record<string, unknown>): unknown => ({ id: Number(given['id']) })

const sloBody = z.strictObject({
  yaml: z.string().describe('One OpenSLO v1 document of kind SLO; YAML or JSON.'),
})
const anyObject = z.record(z.string(), z.unknown())
const backtestBody = z.strictObject({
  slo: z.union([z.string(), anyObject]).describe('An OpenSLO document of kind SLO, as YAML or as it is.'),
  from: z.string().optional().describe('Start of the range; a week ago without it.'),
  to: z.string().optional().describe('End of the range; now without it.'),
})

function millisOf(name: string, text: unknown, now: UnixMillis): number {
  const time = parseTime(String(text), now)
  if (time === undefined)
    throw new HodoscopeError('parameter_invalid', `${name}: expected a time, got ${JSON.stringify(text)}`)
  return milliOfNano(time)
}

export const DESK_ENDPOINTS: readonly DeskEndpoint[] = [
  endpoint('get', '/api/slos', {
    operation: 'getSlos',
    summary: 'Objectives with budget, burn and health; documents at fault with what is wrong',
    answer: 'SlosAnswer',
    call: 'slos',
  }),
  endpoint('post', '/api/slos', {
    operation: 'createSlo',
    summary: 'Adds an SLO; refused with 409 `name_taken` where there is one of its name',
    body: sloBody,
    answer: 'NameAnswer',
    call: 'createSlo',
    params: (_, body) => body,
  }),
  endpoint('post', '/api/slos/backtest', {
    operation: 'backtestSlo',
    summary: 'What an SLO, stored or drafted, would have told of in a range of what is stored',
    body: backtestBody,
    answer: 'BacktestAnswer',
    call: 'backtest',
    params: (_, body, now) => {
      const { from = 'now-7d', to = 'now', ...rest } = body as Record<string, unknown>
      return { ...rest, from: millisOf('from', from, now), to: millisOf('to', to, now) }
    },
  }),
  endpoint('post', '/api/slos/check', {
    operation: 'checkSlo',
    summary: 'What is wrong with a document, field by field; stores nothing',
    body: sloBody,
    answer: 'SloCheckAnswer',
    call: 'checkSlo',
    params: (_, body) => body,
  }),
  endpoint('get', '/api/slos/{name}', {
    operation: 'getSlo',
    summary: 'One SLO: its OpenSLO document and how its objectives stand',
    answer: 'SloAnswer',
    call: 'slo',
  }),
  endpoint('put', '/api/slos/{name}', {
    operation: 'putSlo',
    summary: 'Adds an SLO, or replaces the one of this name; another indicator begins a new generation',
    body: sloBody,
    answer: 'NameAnswer',
    call: 'putSlo',
    params: withBody,
  }),
  endpoint('delete', '/api/slos/{name}', {
    operation: 'deleteSlo',
    summary: 'Removes an SLO; its alerts resolve',
    answer: 'NameAnswer',
    call: 'removeSlo',
  }),
  endpoint('get', '/api/slos/{name}/burn', {
    operation: 'getSloBurn',
    summary: 'Burn rates of all windows, budget and counts of an objective over time',
    parameters: z.object({
      from: p.from,
      to: p.to,
      points: z.coerce.number().int().min(1).max(2_000).default(240),
    }),
    answer: 'BurnAnswer',
    call: 'burn',
    params: ({ name, from, to, points }, _, now) => ({
      name,
      points,
      from: millisOf('from', from, now),
      to: millisOf('to', to, now),
    }),
  }),
  endpoint('get', '/api/alerts', {
    operation: 'getAlerts',
    summary: 'Alerts that are pending or fire, and those that were, newest first',
    parameters: z.object({ limit: p.limit(100) }),
    answer: 'AlertsAnswer',
    call: 'alerts',
  }),
  endpoint('get', '/api/rule-files', {
    operation: 'getRuleFiles',
    summary: 'Rule files with what is wrong in them; a faulty one keeps the rules that it had',
    answer: 'RuleFilesAnswer',
    call: 'ruleFiles',
  }),
  endpoint('post', '/api/rule-files/reload', {
    operation: 'reloadRuleFiles',
    summary: 'Reads the rule files now instead of within seconds, and tells what is wrong in them',
    answer: 'RuleFilesAnswer',
    call: 'reloadRules',
  }),
  endpoint('get', '/api/silences', {
    operation: 'getSilences',
    summary: 'Silences, also those that are over',
    answer: 'SilencesAnswer',
    call: 'silences',
  }),
  endpoint('post', '/api/silences', {
    operation: 'createSilence',
    summary: 'Keeps alerts that match quiet for a time',
    body: z.strictObject({
      matchers: z.array(z.string()),
      startsAt: z.string(),
      endsAt: z.string(),
      createdBy: z.string().optional(),
      comment: z.string().optional(),
    }),
    answer: 'IdAnswer',
    call: 'addSilence',
    params: (_, body) => body,
  }),
  endpoint('delete', '/api/silences/{id}', {
    operation: 'expireSilence',
    summary: 'Ends a silence now',
    answer: 'IdAnswer',
    call: 'expireSilence',
  }),
  endpoint('get', '/api/receivers', {
    operation: 'getReceivers',
    summary: 'Receivers, without their secrets',
    answer: 'ReceiversAnswer',
    call: 'receivers',
  }),
  endpoint('put', '/api/receivers/{name}', {
    operation: 'putReceiver',
    summary:
      'Adds or replaces a receiver, and enables it; without a url it keeps its url, headers and secrets, which are given out to nobody',
    body: anyObject,
    answer: 'NameAnswer',
    call: 'putReceiver',
    params: withBody,
  }),
  endpoint('delete', '/api/receivers/{name}', {
    operation: 'deleteReceiver',
    summary: 'Removes a receiver',
    answer: 'NameAnswer',
    call: 'removeReceiver',
  }),
  endpoint('post', '/api/receivers/{name}/test', {
    operation: 'testReceiver',
    summary: 'Sends a test message and tells what came back; one that takes it is enabled again',
    answer: 'TestAnswer',
    call: 'testReceiver',
  }),
  endpoint('get', '/api/routes', {
    operation: 'getRoutes',
    summary: 'Which alerts go to which receiver',
    answer: 'RoutesAnswer',
    call: 'routes',
  }),
  endpoint('put', '/api/routes', {
    operation: 'putRoutes',
    summary: 'Replaces all routes',
    body: z.strictObject({ routes: z.array(anyObject) }),
    answer: 'PutRoutesAnswer',
    call: 'putRoutes',
    params: (_, body) => body,
  }),
  endpoint('get', '/api/deliveries', {
    operation: 'getDeliveries',
    summary: 'Messages sent and to be sent, newest first',
    parameters: z.object({
      limit: p.limit(100),
      before: z.coerce
        .number()
        .int()
        .min(1)
        .default(Number.MAX_SAFE_INTEGER)
        .describe('Only those with a lower id.'),
    }),
    answer: 'DeliveriesAnswer',
    call: 'deliveries',
  }),
  endpoint('get', '/api/deliveries/{id}', {
    operation: 'getDelivery',
    summary: 'The body of a message',
    answer: 'DeliveryAnswer',
    call: 'delivery',
    params: number,
  }),
  endpoint('post', '/api/deliveries/{id}/redeliver', {
    operation: 'redeliver',
    summary: 'Sends a message again, under the same id',
    answer: 'NumberedAnswer',
    call: 'redeliver',
    params: number,
  }),
]

export const BAD_EVENTS_PATH = '/api/slos/{name}/bad-events'
export const badEventsParameters = z.object({
  name: NAMES['name']!,
  from: p.from,
  to: p.to,
  limit: p.limit(20),
})

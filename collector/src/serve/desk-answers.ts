/** The answers of the API of SLOs and alerts, for its description and the test that holds real answers to it. */
import { z } from 'zod'

const count = z.number().min(0)
const instant = z.string()
const nullable = z.number().nullable()
const nullableText = z.string().nullable()
const texts = z.record(z.string(), z.string())

const Problem = z.strictObject({ object: z.string(), field: z.string(), message: z.string() })

const OmittedRow = z.strictObject({ name: z.string(), factor: z.number(), reason: z.string() })

const Objective = z.strictObject({
  name: z.string(),
  slo: z.string(),
  displayName: z.string(),
  description: z.string(),
  service: z.string(),
  target: z.string().describe('A decimal, as written.'),
  window: z.string(),
  method: z.string(),
  health: z.enum(['meeting', 'at_risk', 'budget_blown', 'no_data']),
  ratio: nullable.describe('Share of good events; null without events.'),
  good: count,
  bad: count,
  coverage: z.number().describe('Share of the minutes of the window that were counted.'),
  budget: z.strictObject({
    remaining: nullable.describe('Share of the budget that is left; negative when overdrawn.'),
    allowed: count.describe('Bad events that the events so far allow.'),
    left: z.number(),
  }),
  exhaustedInMillis: nullable,
  rows: z.array(
    z.strictObject({
      severity: z.string(),
      name: z.string(),
      factor: z.number(),
      long: nullable,
      short: nullable,
    }),
  ),
  omittedRows: z.array(OmittedRow),
  backfilled: z.number().describe('Of what was stored before, the share that is counted.'),
})

export const SlosAnswer = z.strictObject({
  objectives: z.array(Objective),
  faulty: z.array(
    z.strictObject({
      name: z.string(),
      problems: z.array(Problem),
      file: nullableText,
      inForce: z.boolean().describe('Whether what it said when it was sound last is evaluated meanwhile.'),
    }),
  ),
  problems: z
    .array(Problem.extend({ file: nullableText }))
    .describe('Of documents that are no SLO, and of files as a whole.'),
})
export const SloAnswer = z.strictObject({
  name: z.string(),
  file: z.string().nullable().describe('Where it stands, if in a file.'),
  yaml: z.string(),
  problems: z.array(Problem),
  objectives: z.array(Objective),
})
const row = z.strictObject({ severity: z.string(), name: z.string(), factor: z.number() })
export const SloCheckAnswer = z.strictObject({
  name: nullableText.describe('Of the SLO; null where there is none.'),
  problems: z.array(Problem),
  objectives: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.array(row).describe('When it alerts: burn rates above the factor in both windows.'),
      omittedRows: z.array(OmittedRow),
    }),
  ),
})
export const NameAnswer = z.strictObject({ name: z.string() })
export const IdAnswer = z.strictObject({ id: z.string() })
export const NumberedAnswer = z.strictObject({ id: z.int() })

const series = z.array(nullable)
export const BurnAnswer = z.strictObject({
  name: z.string(),
  stepMillis: z.number(),
  times: z.array(z.number()).describe('Ends of steps, Unix milliseconds.'),
  good: z.array(count),
  bad: z.array(count),
  remaining: series,
  rows: z.array(
    z.strictObject({
      severity: z.string(),
      longMinutes: z.number(),
      shortMinutes: z.number(),
      factor: z.number(),
      long: series,
      short: series,
    }),
  ),
})

const told = z.strictObject({ count: z.int(), minutes: count })
export const BacktestAnswer = z.strictObject({
  name: z.string(),
  from: instant,
  to: instant,
  page: told.describe('How many pages there would have been, and for how many minutes they fired.'),
  ticket: told,
  pages: z.array(
    z.strictObject({
      objective: z.string(),
      severity: z.enum(['page', 'ticket']),
      start: instant,
      end: instant.nullable().describe('null where it fires on at the end of the range.'),
      rows: z.array(z.string()).describe('Pairs of windows that fired, as in `1h/5m`.'),
    }),
  ),
})

export const BadEventsAnswer = z.strictObject({
  signal: z
    .enum(['traces', 'logs', 'metrics'])
    .describe('What is counted; of metrics only the traces of exemplars are known.'),
  query: nullableText.describe('Finds the bad events in the search box; null where metrics are counted.'),
  badCount: count,
  goodCount: count,
  traces: z.array(z.record(z.string(), z.unknown())).describe('As in a search for traces.'),
  traceIds: z.array(z.string()).describe('Of logs.'),
  compared: z
    .strictObject({ fromUnixNano: z.string(), toUnixNano: z.string(), badCount: count, goodCount: count })
    .nullable()
    .describe('The stretch whose events are compared: where most were bad, if they are too many.'),
  differences: z.array(
    z.strictObject({
      key: z.string(),
      value: z.string(),
      bad: count,
      good: count,
      badShare: z.number(),
      goodShare: z.number(),
    }),
  ),
  partial: z.array(z.strictObject({ what: z.string(), reason: z.string() })),
  stats: z.strictObject({ tookMillis: z.number() }),
})

export const AlertsAnswer = z.strictObject({
  active: z.array(
    z.strictObject({
      labels: texts,
      state: z.enum(['pending', 'firing']),
      since: instant,
      silencedBy: z.array(z.string()).describe('Ids of the silences that keep it quiet.'),
      inhibited: z.boolean().describe('Another alert that fires keeps it quiet.'),
    }),
  ),
  history: z.array(
    z.strictObject({
      id: z.int(),
      fingerprint: z.string(),
      labels: texts,
      annotations: texts,
      startsAt: instant,
      endsAt: instant.nullable(),
    }),
  ),
})
export const RuleFilesAnswer = z.strictObject({
  files: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.number().describe('Rules of it that are in force.'),
      problems: z.array(
        z.strictObject({
          field: z.string().describe("Such as `groups[0].rules[2].expr`; '' for the file as a whole."),
          message: z.string(),
        }),
      ),
    }),
  ),
})
export const SilencesAnswer = z.strictObject({
  silences: z.array(
    z.strictObject({
      id: z.string(),
      matchers: z.array(z.string()),
      startsAt: instant,
      endsAt: instant,
      createdBy: z.string(),
      comment: z.string(),
      state: z.enum(['pending', 'active', 'expired']),
    }),
  ),
})
export const ReceiversAnswer = z.strictObject({
  receivers: z.array(
    z.strictObject({
      name: z.string(),
      url: z.string().describe('Shortened: paths may hold secrets.'),
      format: z.string(),
      template: z.string().exactOptional(),
      contentType: z.string(),
      secrets: z.int().describe('How many there are.'),
      headers: z.array(z.string()).describe('Their names.'),
      sendResolved: z.boolean(),
      readOnly: z.boolean(),
      disabled: z.string().nullable().describe('Why nothing is sent to it.'),
    }),
  ),
})
export const TestAnswer = z.strictObject({
  status: z.int().nullable(),
  error: z.string().nullable(),
  url: z.string(),
})

const Route = z.strictObject({
  receiver: z.string(),
  match: z.array(z.string()),
  groupBy: z.array(z.string()),
  groupWaitSeconds: nullable,
  groupIntervalSeconds: z.number(),
  repeatIntervalSeconds: z.number(),
  continue: z.boolean(),
  labels: texts,
})
export const RoutesAnswer = z.strictObject({ readOnly: z.boolean(), routes: z.array(Route) })
export const PutRoutesAnswer = z.strictObject({ routes: z.array(Route) })

export const DeliveriesAnswer = z.strictObject({
  deliveries: z.array(
    z.strictObject({
      id: z.int(),
      receiver: z.string(),
      webhookId: z.string(),
      hasFiring: z.boolean(),
      createdAt: instant,
      state: z.enum(['pending', 'delivered', 'dead']),
      attempts: z.int(),
      nextAttemptAt: instant.nullable(),
      lastStatus: z.int().nullable(),
      lastError: z.string().nullable(),
      endedAt: instant.nullable(),
      alertCount: z.int().describe('How many alerts it tells of; 0 where that was not yet noted.'),
      alerts: z
        .array(z.strictObject({ status: z.enum(['firing', 'resolved']), labels: texts }))
        .describe('The first of them.'),
    }),
  ),
})
export const DeliveryAnswer = z.strictObject({ id: z.int(), body: z.string(), contentType: z.string() })

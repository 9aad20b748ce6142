/**
 * Errors in groups, and what came with a deploy, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, count, figures, id, instant, kind, nextPage } from './common.ts'
import { z } from 'zod'

const times = {
  totalCount: count.describe('Since it is kept: 13 months.'),
  firstUnixNano: instant,
  lastUnixNano: instant,
}
const line = { fromUnixNano: instant, stepSeconds: count }
const deployed = z.strictObject({ version: z.string(), timeUnixNano: instant }).nullable()
const fingerprint = z.string().describe('16 hex digits, or `other`.')

export const ErrorsAnswer: z.ZodType<api.ErrorsAnswer> = z.strictObject({
  fromUnixNano: instant,
  toUnixNano: instant,
  line: z.strictObject(line).describe('It ends with the range, and shows at least a day.'),
  uncountedRequests: count.describe('Requests whose errors are not in groups.'),
  errors: z.array(
    z.strictObject({
      fingerprint,
      type: z.string(),
      message: z.string().describe('The first that came.'),
      operation: z.string().describe('By which it is grouped where no stack was told.'),
      services: z.array(z.string()),
      versions: z.array(z.string()).describe('The few that had it last.'),
      count: count.describe('In the range, which is widened to whole hours.'),
      isNew: z.boolean().describe('First seen after the last deploy of one of its services.'),
      line: z.array(count),
      ...times,
    }),
  ),
  cursor: nextPage,
  ...answered,
})

export const ErrorGroupAnswer: z.ZodType<api.ErrorGroupAnswer> = z.strictObject({
  fingerprint,
  type: z.string(),
  message: z.string(),
  stack: z.string(),
  groupedBy: z
    .strictObject({
      type: z.string(),
      message: z.string(),
      frames: z.array(z.string()),
      operation: z.string(),
    })
    .describe(
      'What is the same of all: the message without what varies, the topmost frames, else the operation.',
    ),
  fromUnixNano: instant,
  toUnixNano: instant,
  count,
  line: z.strictObject({ ...line, counts: z.array(count) }),
  services: z.array(
    z.strictObject({
      service: z.string(),
      count,
      isNew: z.boolean(),
      lastDeploy: deployed,
      versions: z.array(z.strictObject({ version: z.string(), ...times })),
      ...times,
    }),
  ),
  samples: z.array(
    z.strictObject({
      service: z.string(),
      traceId: id,
      spanId: id,
      timeUnixNano: instant,
    }),
  ),
  ...times,
  ...answered,
})

const counted = z.strictObject({ requestCount: count, errorCount: count, ...figures })
const verdict = z.enum(['better', 'worse', 'same', 'too_few'])
const beforeAfter = {
  before: counted,
  after: counted,
  errors: verdict.describe('By the test of two proportions, at 0.1 %.'),
  duration: verdict.describe(
    'By the test of Kolmogorov and Smirnov, at 0.1 %, where p95 or p50 moved by a fifth.',
  ),
}

export const DeployAnswer: z.ZodType<api.DeployAnswer> = z.strictObject({
  service: z.string(),
  version: z.string(),
  timeUnixNano: instant.describe('The minute in which its first span starts.'),
  replaced: z.string(),
  windowSeconds: count.describe('Length of each window; requests of all versions count in both.'),
  beforeFromUnixNano: instant,
  afterFromUnixNano: instant,
  leastRequests: count.describe('With fewer on either side nothing is said: `too_few`.'),
  whole: z.strictObject(beforeAfter),
  operations: z.array(z.strictObject({ name: z.string(), kind, ...beforeAfter })),
  newErrors: z.array(
    z.strictObject({
      fingerprint,
      type: z.string(),
      message: z.string(),
      operation: z.string(),
      totalCount: count,
      firstUnixNano: instant,
    }),
  ),
  ...answered,
})

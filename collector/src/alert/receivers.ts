/**
 * Receivers and routes: what they are, and how they are read from what a person wrote in the
 * configuration file, by the API or in the UI: one form, one check.
 */
import { z } from 'zod'
import { millis, type Millis } from '../model/time.ts'
import { parseMatcher, type Matcher } from './labels.ts'
import { secretBytes } from './signature.ts'

/** `webhook` sends Alertmanager's JSON; `alertmanager` posts alerts to a real one. */
export const FORMATS = ['webhook', 'slack', 'template', 'alertmanager'] as const

const url = z.string().max(2_048).refine(isHttp, 'expected an http or https URL')

function isHttp(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}

const name = z.string().regex(/^[\w.-]{1,64}$/, 'expected a name of letters, digits, - and .')
const headerName = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'expected the name of a header')
const headerValue = z.string().regex(/^[\x20-\x7e]{0,1024}$/, 'expected printable characters')

export const receiverSchema = z.strictObject({
  name,
  url,
  format: z.enum(FORMATS).default('webhook').describe('What is sent.'),
  template: z
    .string()
    .max(16_384)
    .optional()
    .describe('For format template: a body in which {{ .status }} and the like are filled in.'),
  contentType: z.string().max(128).default('application/json'),
  secrets: z
    .array(
      z
        .string()
        .refine(text => secretBytes(text) !== undefined, 'expected whsec_ and 24 to 64 bytes in base64'),
    )
    .max(4)
    .default([])
    .describe('Signing secrets, the newest first; never given out again.'),
  headers: z
    .record(headerName, headerValue)
    .default({})
    .describe('Further headers, e.g. Authorization; never given out again.'),
  sendResolved: z.boolean().default(true),
})
export type Receiver = z.output<typeof receiverSchema>

const LENGTH = /^(\d+)(s|m|h|d)$/
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const
const duration = z.string().transform((text, context): Millis => {
  const match = LENGTH.exec(text)
  if (match !== null) return millis(Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] * 1_000)
  context.addIssue({ code: 'custom', message: 'expected a duration such as 30s, 5m or 4h' })
  return z.NEVER
})

export const matcher = z.string().transform((text, context): Matcher => {
  const parsed = parseMatcher(text)
  if (parsed !== undefined) return parsed
  context.addIssue({
    code: 'custom',
    message: 'expected a matcher such as severity="page" or service=~"pay.*"',
  })
  return z.NEVER
})

export const routeSchema = z.strictObject({
  receiver: name,
  match: z.array(matcher).default([]).describe('All must hold; without any, every alert is taken.'),
  groupBy: z
    .array(z.string())
    .default(['slo', 'alertname'])
    .describe('Alerts with the same values of these go into one message.'),
  groupWait: duration
    .optional()
    .describe('How long a first message waits for more; not at all for pages, else 30s.'),
  groupInterval: duration.prefault('1m').describe('Least time between two messages of a group.'),
  repeatInterval: duration.prefault('4h').describe('After so long an alert that still fires is told again.'),
  continue: z.boolean().default(false).describe('Whether later routes are looked at too.'),
  labels: z
    .record(z.string().regex(/^[a-zA-Z_]\w{0,63}$/, 'expected the name of a label'), z.string().max(1_024))
    .default({})
    .describe('Said in each message of this route, as `routeLabels`.'),
})
export type Route = z.output<typeof routeSchema>

export interface Routing {
  readonly receivers: readonly Receiver[]
  readonly routes: readonly Route[]
}

/** Without any route, every receiver is told everything. */
export function routesOf({ receivers, routes }: Routing): readonly Route[] {
  if (routes.length > 0) return routes
  return receivers.map(receiver => ({ ...routeSchema.parse({ receiver: receiver.name }), continue: true }))
}

/** What may be shown of a receiver: no secret, no header value, no user, password or query of its URL. */
export function redacted(receiver: Receiver): object {
  const { secrets, headers, url: address, ...rest } = receiver
  return {
    ...rest,
    url: redactedUrl(address),
    secrets: secrets.length,
    headers: Object.keys(headers),
  }
}

/** Chat services put their secret into the path: host and first segment tell people enough. */
export function redactedUrl(text: string): string {
  const { protocol, host, pathname, search } = new URL(text)
  const [first = '', ...more] = pathname.split('/').slice(1)
  const rest = more.length > 0 || search !== '' ? '/…' : ''
  return `${protocol}//${host}/${first}${rest}`
}

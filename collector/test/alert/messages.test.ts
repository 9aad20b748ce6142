/** What is sent: held against captures of a real Alertmanager, and the signature against the verifier that people use. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { nextDelay, retryAfterMillis } from '../../src/alert/backoff.ts'
import { bodyFor } from '../../src/alert/bodies.ts'
import { fingerprint, matches, parseMatcher, type Labels } from '../../src/alert/labels.ts'
import { groupKeyOf, webhookBody, type Notification, type NotifiedAlert } from '../../src/alert/payload.ts'
import { receiverSchema, redactedUrl } from '../../src/alert/receivers.ts'
import { newSecret, secretBytes, signatureHeaders } from '../../src/alert/signature.ts'
import { millis, unixMillis } from '../../src/model/time.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
const captured = (name: string): unknown =>
  JSON.parse(readFileSync(join(fixtures!, 'prom-am-real-captures', name), 'utf8')) as unknown

const at = (text: string) => unixMillis(Date.parse(text))
const alert = (more: Partial<NotifiedAlert> = {}): NotifiedAlert => ({
  status: 'firing',
  labels: { alertname: 'Burn', slo: 'pay' },
  annotations: { summary: 'It burns' },
  startsAt: at('2026-01-02T03:04:05.678Z'),
  endsAt: undefined,
  generatorURL: 'http://h.test/slos/pay',
  fingerprint: '0123456789abcdef',
  sequence: 7,
  ...more,
})
const notification = (...alerts: readonly NotifiedAlert[]): Notification => ({
  receiver: 'hook',
  groupKey: groupKeyOf('{}', { alertname: 'Burn' }),
  groupLabels: { alertname: 'Burn' },
  routeLabels: {},
  externalURL: 'http://h.test',
  reason: 'first notification',
  alerts,
})
const receiver = (more: object) => receiverSchema.parse({ name: 'hook', url: 'http://h.test/x', ...more })

describe.skipIf(fixtures === undefined)('the webhook of a real Alertmanager', () => {
  it.each(['010_webhook.body', '033_webhook.body', '072_webhook.body'])('%s is ours, key by key', file => {
    interface Captured {
      readonly receiver: string
      readonly groupLabels: Labels
      readonly externalURL: string
      readonly alerts: readonly {
        readonly status: 'firing' | 'resolved'
        readonly labels: Labels
        readonly annotations: Labels
        readonly startsAt: string
        readonly endsAt: string
        readonly generatorURL: string
      }[]
    }
    const theirs = captured(file) as Captured
    const ours = JSON.parse(
      webhookBody({
        receiver: theirs.receiver,
        groupKey: groupKeyOf('{}', theirs.groupLabels),
        groupLabels: theirs.groupLabels,
        routeLabels: {},
        externalURL: theirs.externalURL,
        reason: 'first notification',
        alerts: theirs.alerts.map(({ status, labels, annotations, startsAt, endsAt, generatorURL }) => ({
          status,
          labels,
          annotations,
          generatorURL,
          startsAt: at(startsAt),
          endsAt: status === 'firing' ? undefined : at(endsAt),
          fingerprint: fingerprint(labels),
          sequence: 1,
        })),
      }),
      // They leave the zeros of a fraction out, we do not.
      (key, value: unknown) =>
        /^(starts|ends)At$/.test(key) ? (value as string).replace(/(\.\d*[1-9])0+Z$/, '$1Z') : value,
    ) as Record<string, unknown> & { alerts: Record<string, unknown>[] }
    const { routeLabels, notification_reason, alerts, ...known } = ours
    expect({
      ...known,
      alerts: alerts.map(({ sequence, ...rest }) => (expect(sequence).toBe(1), rest)),
    }).toEqual(theirs)
    expect([routeLabels, notification_reason]).toEqual([{}, 'first notification'])
  })

  it('is given alerts as Prometheus gives them', () => {
    const [theirs] = captured('007_cap_api_v2_alerts.body') as [
      Record<string, unknown> & { labels: Labels; startsAt: string; generatorURL: string },
    ]
    const format = receiver({ format: 'alertmanager' })
    const [ours] = JSON.parse(
      bodyFor(
        format,
        notification(
          alert({ labels: theirs.labels, startsAt: at(theirs.startsAt), generatorURL: theirs.generatorURL }),
        ),
        at(theirs.startsAt),
      ),
    ) as [Record<string, unknown>]
    const { annotations, endsAt, ...rest } = ours
    expect({ ...rest, endsAt: theirs['endsAt'] }).toEqual(theirs)
    expect(annotations).toEqual({ summary: 'It burns' })
    expect(Date.parse(endsAt as string)).toBeGreaterThan(Date.parse(theirs.startsAt))
  })
})

describe('a message', () => {
  it('that would be longer than 20 kB says how many alerts it leaves out', () => {
    const many = Array.from({ length: 500 }, (_, i) => alert({ labels: { alertname: 'Burn', n: String(i) } }))
    const body = webhookBody(notification(...many))
    const { alerts, truncatedAlerts } = JSON.parse(body) as { alerts: unknown[]; truncatedAlerts: number }
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000)
    expect(alerts.length + truncatedAlerts).toBe(500)
    expect(alerts.length).toBeGreaterThan(30)
  })

  it('for Slack lets no label out of its text', () => {
    const evil = alert({ annotations: { summary: '<!channel> & <http://evil.test|click>' } })
    const { text } = JSON.parse(
      bodyFor(receiver({ format: 'slack' }), notification(evil), unixMillis(0)),
    ) as { text: string }
    expect(text).toBe(
      '*FIRING* (1)\n:red_circle: <http://h.test/slos/pay|&lt;!channel&gt; &amp; &lt;http://evil.test¦click&gt;>',
    )
  })

  it('of a template has its places filled in, and stays JSON whatever the values', () => {
    const template =
      '{"text":"{{ .status }}: {{ .commonLabels.slo }} {{.nothing}}","alerts":{{ json .alerts }}}'
    const quoted = alert({ labels: { slo: 'a"}\n\\' } })
    const body = JSON.parse(
      bodyFor(receiver({ format: 'template', template }), notification(quoted), unixMillis(0)),
    ) as {
      text: string
      alerts: unknown[]
    }
    expect(body.text).toBe('firing: a"}\n\\ ')
    expect(body.alerts).toHaveLength(1)
    const proto = bodyFor(
      receiver({ format: 'template', template: '{{ .__proto__.x }}{{ .constructor }}' }),
      notification(quoted),
      unixMillis(0),
    )
    expect(proto).toBe('')
  })
})

describe('a signature (A8)', () => {
  it('is taken by the verifier for each of two secrets, whatever the body', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', '_', '0', '9') }),
        (body, id) => {
          const secrets = [newSecret(), newSecret()]
          const headers = signatureHeaders(id, Math.floor(Date.now() / 1_000), Buffer.from(body), secrets)
          for (const secret of secrets)
            expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
          expect(() => new Webhook(secrets[0]!).verify(`${body} `, headers)).toThrow('No matching signature')
        },
      ),
      { numRuns: 100 },
    )
  })

  it('is refused when it is older than five minutes', () => {
    const secret = newSecret()
    const headers = signatureHeaders('msg', Math.floor(Date.now() / 1_000) - 301, Buffer.from('{}'), [secret])
    expect(() => new Webhook(secret).verify('{}', headers)).toThrow('too old')
  })

  it('needs a secret of 24 to 64 bytes', () => {
    const secret = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`
    expect([23, 24, 64, 65].map(bytes => secretBytes(secret(bytes))?.length)).toEqual([
      undefined,
      24,
      64,
      undefined,
    ])
    expect(secretBytes('plain')).toBeUndefined()
    expect(secretBytes('whsec_***')).toBeUndefined()
  })
})

describe('labels', () => {
  it('have the fingerprint that Alertmanager gives them, in any order', () => {
    const labels = {
      severity: 'ticket',
      alertname: 'NodeUpThenGone',
      cluster: 'demo',
      instance: '127.0.0.1:19100',
      job: 'node',
    }
    expect(fingerprint(labels)).toBe('a2f742c49a6f5f4d')
    expect(fingerprint(Object.fromEntries(Object.entries(labels).toReversed()))).toBe('a2f742c49a6f5f4d')
    expect(fingerprint({})).toBe('cbf29ce484222325')
  })

  it.each([
    ['severity="page"', true],
    ['severity=page', true],
    ['severity!="page"', false],
    ['service=~"pay.*"', true],
    ['service=~"pay"', false],
    ['service!~"cart|pin"', true],
    ['team=""', true],
    ['__proto__=""', true],
  ])('are matched by %s: %s', (text, expected) => {
    expect(matches(parseMatcher(text)!, { severity: 'page', service: 'payment' })).toBe(expected)
  })

  it.each(['', 'severity', '="x"', 'a=~"("', 'a b="c"'])('are matched by no %j', text => {
    expect(parseMatcher(text)).toBeUndefined()
  })
})

describe('the next attempt', () => {
  const seconds = (attempt: number, hasFiring: boolean, random = 0.5) =>
    nextDelay('unreachable', attempt, hasFiring, random) / 1_000

  it('comes within 45 s while an alert fires, within five minutes otherwise', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map(attempt => seconds(attempt, true))).toEqual([2, 4, 8, 16, 32, 45, 45])
    expect(seconds(50, true, 0.999)).toBe(45)
    expect(seconds(50, false)).toBe(300)
  })

  it('varies by a fifth, so that many do not come at once', () => {
    expect([seconds(3, true, 0), seconds(3, true, 0.999_999)].map(Math.round)).toEqual([6, 10])
  })

  it('takes the long way to a receiver that refuses', () => {
    const delays = [1, 2, 3, 4, 9, 20].map(attempt => nextDelay('refused', attempt, true, 0.5) / 1_000)
    expect(delays).toEqual([5, 300, 1_800, 7_200, 86_400, 86_400])
  })

  it('waits as long as it is asked to, within its bounds', () => {
    expect(nextDelay('unreachable', 1, true, 0.5, millis(20_000))).toBe(20_000)
    expect(nextDelay('unreachable', 1, true, 0.5, millis(3_600_000))).toBe(45_000)
    expect(retryAfterMillis('7', 0)).toBe(7_000)
    expect(retryAfterMillis('Thu, 01 Jan 1970 00:01:00 GMT', 0)).toBe(60_000)
    expect(retryAfterMillis('soon', 0)).toBe(0)
  })
})

it('an address is shown without what may be secret in it', () => {
  expect(redactedUrl('https://user:pass@hooks.test/services/T0/B0/secret?token=x')).toBe(
    'https://hooks.test/services/…',
  )
  expect(redactedUrl('https://hooks.test/')).toBe('https://hooks.test/')
})

/**
 * The body of a notification: Alertmanager's webhook version 4 with a few fields more, which
 * receivers of Alertmanager's pass over.
 *
 * Source: github.com/prometheus/alertmanager, notify/webhook/webhook.go, template/template.go.
 */
import type { UnixMillis } from '../model/time.ts'
import type { Labels } from './labels.ts'

export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: UnixMillis
  readonly endsAt: UnixMillis | undefined
  readonly generatorURL: string
  readonly fingerprint: string
  /** Counts the transitions of all alerts: of two messages about an alert, the one with the higher number is newer. */
  readonly sequence: number
}

export type Reason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed'

export interface Notification {
  readonly receiver: string
  readonly groupKey: string
  readonly groupLabels: Labels
  readonly routeLabels: Labels
  readonly externalURL: string
  readonly reason: Reason
  readonly alerts: readonly NotifiedAlert[]
}

/** What receivers can be expected to take, and people to read. */
export const MAX_PAYLOAD_BYTES = 20_000

export const statusOf = (alerts: readonly NotifiedAlert[]): 'firing' | 'resolved' =>
  alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved'

/** JSON of at most 20 kB: alerts that find no room are counted in `truncatedAlerts`. */
export function webhookBody(notification: Notification): string {
  let shown = notification.alerts.length
  for (;;) {
    const body = JSON.stringify(webhookMessage(notification, shown))
    const bytes = Buffer.byteLength(body)
    if (bytes <= MAX_PAYLOAD_BYTES || shown <= 1) return body
    shown = Math.max(1, Math.min(shown - 1, Math.floor((shown * MAX_PAYLOAD_BYTES) / bytes)))
  }
}

function webhookMessage(notification: Notification, shown: number): object {
  const { alerts, receiver, groupKey, groupLabels, routeLabels, externalURL, reason } = notification
  return {
    receiver,
    status: statusOf(alerts),
    alerts: alerts.slice(0, shown).map(alertJson),
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    routeLabels,
    externalURL,
    version: '4',
    groupKey,
    truncatedAlerts: alerts.length - shown,
    notification_reason: reason,
  }
}

function alertJson(alert: NotifiedAlert): object {
  return {
    status: alert.status,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: instant(alert.startsAt),
    endsAt: instant(alert.endsAt),
    generatorURL: alert.generatorURL,
    fingerprint: alert.fingerprint,
    sequence: alert.sequence,
  }
}

/** Go's zero time stands for "not yet", as Alertmanager sends it. */
export const instant = (at: UnixMillis | undefined): string =>
  at === undefined ? '0001-01-01T00:00:00Z' : new Date(at).toISOString()

function common(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) =>
      rest.every(other => Object.hasOwn(other, name) && other[name] === value),
    ),
  )
}

/** As in Alertmanager: the route's matchers, a colon, the group's labels. */
export const groupKeyOf = (routeKey: string, groupLabels: Labels): string =>
  `${routeKey}:{${Object.keys(groupLabels)
    .toSorted()
    .map(name => `${name}=${JSON.stringify(groupLabels[name])}`)
    .join(', ')}}`

/**
 * What each kind of receiver is sent: Alertmanager's webhook JSON, a text for Slack and what is like
 * it, a body of the receiver's own template, or alerts for a real Alertmanager.
 */
import { unixMillis, type UnixMillis } from '../model/time.ts'
import { instant, statusOf, webhookBody, type Notification, type NotifiedAlert } from './payload.ts'
import type { Receiver } from './receivers.ts'
import { fillTemplate } from './template.ts'

/** A real Alertmanager takes an alert as over when it hears no more of it for so long. */
const EXPECTED_AGAIN_MILLIS = 5 * 60 * 60_000

export function bodyFor(receiver: Receiver, notification: Notification, now: UnixMillis): string {
  switch (receiver.format) {
    case 'webhook':
      return webhookBody(notification)
    case 'slack':
      return JSON.stringify({ text: slackText(notification) })
    case 'template':
      return fillTemplate(receiver.template ?? '', notification)
    case 'alertmanager':
      return JSON.stringify(notification.alerts.map(alert => forAlertmanager(alert, now)))
  }
}

/** Where a receiver of this kind is posted to. */
export function addressOf({ format, url }: Receiver): string {
  if (format !== 'alertmanager' || /\/api\/v2\/alerts\/?$/.test(url)) return url
  return `${url.replace(/\/$/, '')}/api/v2/alerts`
}

function forAlertmanager(alert: NotifiedAlert, now: UnixMillis): object {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: instant(alert.startsAt),
    endsAt: instant(alert.endsAt ?? unixMillis(now + EXPECTED_AGAIN_MILLIS)),
    generatorURL: alert.generatorURL,
  }
}

const SHOWN_ALERTS = 10

function slackText({ alerts }: Notification): string {
  const head = `*${statusOf(alerts).toUpperCase()}* (${alerts.length})`
  const lines = alerts.slice(0, SHOWN_ALERTS).map(({ status, annotations, labels, generatorURL }) => {
    const what = annotations['summary'] ?? labels['alertname'] ?? ''
    return `${status === 'firing' ? ':red_circle:' : ':large_green_circle:'} <${escaped(generatorURL)}|${escaped(what)}>`
  })
  const more = alerts.length > SHOWN_ALERTS ? [`and ${alerts.length - SHOWN_ALERTS} more`] : []
  return [head, ...lines, ...more].join('\n')
}

/** Slack's three control characters, and the bar that ends a link's address. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('|', '¦')

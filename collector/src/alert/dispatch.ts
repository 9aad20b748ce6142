/**
 * From groups that are due to messages in the outbox. What a message says and the id that it is sent
 * under are frozen in one transaction with what the receiver then knows.
 *
 * Source: Alertmanager's dispatcher and its stages (silences, inhibition, deduplication by what was
 * notified last).
 */
import { failPoint } from '../durable/fail-point.ts'
import type { UnixMillis } from '../model/time.ts'
import { bodyFor } from './bodies.ts'
import type { AlertCatalogue } from './catalogue.ts'
import type { Labels } from './labels.ts'
import { isMuted, type Muting } from './muting.ts'
import type { NotifiedAlert, Reason } from './payload.ts'
import type { Receiver, Route } from './receivers.ts'

/** Of so many alerts of a message the log of messages knows the labels. */
const NAMED_ALERTS = 10

interface GroupRow {
  readonly id: number
  readonly receiver: string
  readonly key: string
  readonly route: string
  readonly labels: string
  readonly flushes: number
  readonly notifiedAt: UnixMillis | null
}

export interface EpisodeRow {
  readonly id: number
  readonly fingerprint: string
  readonly labels: string
  readonly annotations: string
  readonly generator: string
  readonly startsAt: UnixMillis
  readonly endsAt: UnixMillis | null
  readonly sequence: number
  readonly notified: 'firing' | 'resolved' | null
}

export interface Dispatching {
  readonly receivers: readonly Receiver[]
  /** Receivers that are not to be sent anything. */
  readonly disabled: ReadonlySet<string>
  readonly muting: Muting
  readonly externalUrl: string
  /** Whether an episode may be told of already, or waits for what is still being found out. */
  readonly isReady: (episode: number) => boolean
}

export function dispatch(catalogue: AlertCatalogue, given: Dispatching, now: UnixMillis): void {
  const due = catalogue.all('dueGroups', now) as readonly GroupRow[]
  if (due.length === 0) return
  failPoint('alert.flush')
  catalogue.inOne(() => {
    for (const group of due) {
      const episodes = catalogue.all('groupEpisodes', group.id) as readonly EpisodeRow[]
      const isReady = episodes.every(({ id, notified }) => notified !== null || given.isReady(id))
      if (isReady) flush(catalogue, group, episodes, given, now)
    }
  })
  failPoint('alert.flushed')
}

function flush(
  catalogue: AlertCatalogue,
  group: GroupRow,
  episodes: readonly EpisodeRow[],
  given: Dispatching,
  now: UnixMillis,
): void {
  const route = JSON.parse(group.route) as Route
  const receiver = given.receivers.find(({ name }) => name === group.receiver)
  const isTold = receiver !== undefined && !given.disabled.has(receiver.name)
  const visible = episodes.filter(
    ({ labels }) => isTold && !isMuted(JSON.parse(labels) as Labels, given.muting),
  )
  const reason = reasonToTell(visible, group.notifiedAt, route, receiver, now)
  if (reason !== undefined) {
    const shown = visible.filter(episode => receiver!.sendResolved || episode.endsAt === null)
    insert(catalogue, group, route, shown, receiver!, reason, given.externalUrl, now)
    for (const { id, endsAt } of visible)
      catalogue.run('noteNotified', endsAt === null ? 'firing' : 'resolved', group.id, id)
  }
  // What is over is told now or never: a resolved alert under a silence is not told of when that ends.
  for (const { id, endsAt } of episodes) if (endsAt !== null) catalogue.run('leaveGroup', group.id, id)
  const goesOn = episodes.some(({ endsAt }) => endsAt === null)
  catalogue.run('flushed', {
    id: group.id,
    flushes: group.flushes + (reason === undefined ? 0 : 1),
    now,
    notifiedAt: reason === undefined ? null : now,
    nextFlushAt: goesOn ? now + route.groupInterval : null,
  })
}

function reasonToTell(
  visible: readonly EpisodeRow[],
  notifiedAt: UnixMillis | null,
  route: Route,
  receiver: Receiver | undefined,
  now: UnixMillis,
): Reason | undefined {
  const fresh = visible.some(({ notified }) => notified === null)
  const isSilentAboutEnds = receiver?.sendResolved === false
  const ended = visible.some(({ notified, endsAt }) => notified === 'firing' && endsAt !== null)
  const firing = visible.some(({ endsAt }) => endsAt === null)
  if (!firing && isSilentAboutEnds) return undefined
  if (fresh)
    return visible.every(({ notified }) => notified === null) ? 'first notification' : 'new alerts added'
  if (ended && !isSilentAboutEnds) return firing ? 'some alerts resolved' : 'all alerts resolved'
  const isDue = firing && notifiedAt !== null && now - notifiedAt >= route.repeatInterval
  return isDue ? 'repeat interval elapsed' : undefined
}

function insert(
  catalogue: AlertCatalogue,
  group: GroupRow,
  route: Route,
  episodes: readonly EpisodeRow[],
  receiver: Receiver,
  reason: Reason,
  externalUrl: string,
  now: UnixMillis,
): void {
  const alerts = episodes.map(episode => notified(episode, externalUrl))
  const groupLabels = JSON.parse(group.labels) as Labels
  const notification = {
    receiver: receiver.name,
    groupKey: group.key,
    groupLabels,
    // A route that was stored before it could have labels has none.
    routeLabels: route.labels ?? {},
    externalURL: externalUrl,
    reason,
    alerts,
  }
  const { id } = catalogue.run('insertDelivery', {
    group: group.id,
    receiver: receiver.name,
    webhookId: `msg_${receiver.name}_${group.id}_${group.flushes + 1}`,
    contentType: receiver.format === 'template' ? receiver.contentType : 'application/json',
    body: bodyFor(receiver, notification, now),
    hasFiring: alerts.some(({ status }) => status === 'firing') ? 1 : 0,
    now,
  })
  const named = alerts.slice(0, NAMED_ALERTS).map(({ status, labels }) => ({ status, labels }))
  catalogue.run('nameAlerts', id, alerts.length, JSON.stringify(named))
  failPoint('alert.frozen')
}

function notified(episode: EpisodeRow, externalUrl: string): NotifiedAlert {
  return {
    status: episode.endsAt === null ? 'firing' : 'resolved',
    labels: JSON.parse(episode.labels) as Labels,
    annotations: JSON.parse(episode.annotations) as Labels,
    startsAt: episode.startsAt,
    endsAt: episode.endsAt ?? undefined,
    generatorURL: episode.generator === '' ? externalUrl : externalUrl + episode.generator,
    fingerprint: episode.fingerprint,
    sequence: episode.sequence,
  }
}

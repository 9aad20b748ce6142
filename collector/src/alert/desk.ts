/**
 * Everything that people and programs ask of SLOs and alerts, by name: what the API is made from. It
 * lives on the thread of alerts, beside what it asks.
 */
import { z } from 'zod'
import { HodoscopeError } from '../model/errors.ts'
import { unixMillis, unixMinute, type Clock, type UnixMillis } from '../model/time.ts'
import type { Backfill } from '../derive/backfill.ts'
import { burnRate } from '../slo/burn.ts'
import type { Objective } from '../slo/objective.ts'
import { exportOpenSlo } from '../slo/openslo.ts'
import { rowName } from '../slo/rows.ts'
import { windowAt } from '../slo/window.ts'
import type { Catalogue } from './catalogue.ts'
import type { LiveCounts } from './counts.ts'
import type { AlertEngine } from './engine.ts'
import { badQuery } from './enrich.ts'
import {
  receiverSchema,
  redacted,
  redactedUrl,
  routeSchema,
  type Receiver,
  type Routing,
} from './receivers.ts'
import { addSilence, expireSilence, silences, silenceSchema } from './silences.ts'
import { omittedRows, statusOf } from './slo-status.ts'
import { readSlos, type KnownSlo, type SloSet } from './slos.ts'

export interface DeskParts {
  readonly catalogue: Catalogue
  readonly clock: Clock
  readonly counts: LiveCounts
  readonly engine: AlertEngine
  readonly backfill: Backfill
  readonly slos: () => SloSet
  /** SLOs of the catalogue have changed. */
  readonly reload: () => void
  readonly routing: () => Routing
  readonly fileRouting: Routing
  /** Sends one message to a receiver, now. */
  readonly test: (
    receiver: Receiver,
  ) => Promise<{ readonly status: number | null; readonly error: string | null }>
}

const named = z.strictObject({ name: z.string() })
const MAX_YAML = 262_144

export type Methods = Readonly<Record<string, (params: unknown) => unknown>>

export function createDesk(parts: DeskParts): Methods {
  return {
    ...sloMethods(parts),
    ...alertMethods(parts),
    ...receiverMethods(parts),
    ...deliveryMethods(parts),
  }
}

function read<S extends z.ZodType>(schema: S, params: unknown): z.output<S> {
  const result = schema.safeParse(params)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new HodoscopeError('document_invalid', faults.join('; '))
}

const missing = (what: string, name: string): HodoscopeError =>
  new HodoscopeError('not_found', `There is no ${what} of the name ${JSON.stringify(name)}.`)

function sloMethods({ clock, counts, backfill, slos, catalogue, reload }: DeskParts): Methods {
  const objectiveOf = (name: string): Objective => {
    const found = slos().objectives.find(objective => objective.name === name)
    if (found === undefined) throw missing('objective', name)
    return found
  }
  const sloOf = (name: string): KnownSlo => {
    const found = slos().slos.find(slo => slo.name === name)
    if (found === undefined) throw missing('SLO', name)
    return found
  }
  const status = (objective: Objective) => {
    const indicator = counts.of(objective.name)?.indicator
    return statusOf(
      objective,
      counts,
      indicator === undefined ? 0 : backfill.progress(indicator),
      clock.now(),
    )
  }
  return {
    slos: () => ({
      objectives: slos().objectives.map(status),
      faulty: slos()
        .slos.filter(slo => slo.problems.length > 0)
        .map(({ name, problems, file }) => ({ name, problems, file: file ?? null })),
      problems: slos().problems,
    }),
    slo: params => {
      const slo = sloOf(read(named, params).name)
      return {
        name: slo.name,
        file: slo.file ?? null,
        yaml: exportOpenSlo(slo),
        problems: slo.problems,
        objectives: slo.objectives.map(status),
      }
    },
    checkSlo: params => checkSlo(read(z.strictObject({ yaml: z.string().max(MAX_YAML) }), params).yaml),
    putSlo: params => {
      const { name, yaml } = read(
        z.strictObject({ name: z.string().optional(), yaml: z.string().max(MAX_YAML) }),
        params,
      )
      const set = readSlos([{ text: yaml, file: undefined }])
      const faults = [...set.problems, ...set.slos.flatMap(({ problems }) => problems)]
      if (faults.length > 0)
        throw new HodoscopeError(
          'document_invalid',
          faults.map(({ object, field, message }) => `${object}: ${field}: ${message}`).join('; '),
        )
      const [slo, ...more] = set.slos
      if (slo === undefined || more.length > 0)
        throw new HodoscopeError('document_invalid', 'expected one document of kind SLO')
      if (name !== undefined && slo.name !== name)
        throw new HodoscopeError(
          'document_invalid',
          `metadata.name: expected ${JSON.stringify(name)}, got ${JSON.stringify(slo.name)}`,
        )
      const known = slos().slos.find(other => other.name === slo.name)
      if (known?.file !== undefined)
        throw new HodoscopeError('read_only', `The SLO ${slo.name} stands in ${known.file}.`)
      catalogue.run('putSlo', slo.name, yaml)
      reload()
      return { name: slo.name }
    },
    removeSlo: params => {
      const slo = sloOf(read(named, params).name)
      if (slo.file !== undefined)
        throw new HodoscopeError('read_only', `The SLO ${slo.name} stands in ${slo.file}.`)
      catalogue.run('removeSlo', slo.name)
      reload()
      return { name: slo.name }
    },
    burn: params => {
      const given = read(
        z.strictObject({ name: z.string(), from: z.number(), to: z.number(), points: z.number() }),
        params,
      )
      return burnOverTime(objectiveOf(given.name), counts, given)
    },
    /** For the main thread, which asks the store with it. */
    indicator: params => {
      const objective = objectiveOf(read(named, params).name)
      const definition = JSON.parse(slos().definitions.get(objective.name)!) as object
      const { from, to } = windowAt(objective.window, clock.now())
      return { ...definition, query: badQuery(objective), windowFrom: from * 60_000, windowTo: to * 60_000 }
    },
  }
}

/** What putting it would say, and when it would alert. */
function checkSlo(yaml: string) {
  const set = readSlos([{ text: yaml, file: undefined }])
  return {
    name: set.slos[0]?.name ?? null,
    problems: [...set.problems, ...set.slos.flatMap(({ problems }) => problems)],
    objectives: set.objectives.map(objective => ({
      name: objective.name,
      rows: objective.alerting.rows.map(row => ({
        severity: row.severity,
        name: rowName(row),
        factor: row.factor,
      })),
      omittedRows: omittedRows(objective),
    })),
  }
}

function burnOverTime(
  objective: Objective,
  counts: LiveCounts,
  { from, to, points }: { from: number; to: number; points: number },
) {
  const history = counts.of(objective.name)?.history
  const step = Math.max(1, Math.ceil((to - from) / 60_000 / points))
  const first = Math.floor(from / 60_000 / step) * step
  const steps = Array.from(
    { length: Math.max(0, Math.ceil((to / 60_000 - first) / step)) },
    (_, i) => first + (i + 1) * step,
  )
  const sum = (start: number, end: number) =>
    history?.sum(unixMinute(start), unixMinute(end)) ?? { good: 0, bad: 0 }
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    name: objective.name,
    stepMillis: step * 60_000,
    times: steps.map(minute => minute * 60_000),
    good: steps.map(end => sum(end - step, end).good),
    bad: steps.map(end => sum(end - step, end).bad),
    remaining: steps.map(end => {
      const window = windowAt(objective.window, unixMillis((end - 1) * 60_000))
      return orNull(1 - burnRate(sum(window.from, end), objective.target))
    }),
    rows: objective.alerting.rows.map(row => ({
      severity: row.severity,
      longMinutes: row.longMinutes,
      shortMinutes: row.shortMinutes,
      factor: row.factor,
      long: steps.map(end => orNull(burnRate(sum(end - row.longMinutes, end), objective.target))),
      short: steps.map(end => orNull(burnRate(sum(end - row.shortMinutes, end), objective.target))),
    })),
  }
}

function alertMethods({ catalogue, clock, engine }: DeskParts): Methods {
  interface Row {
    readonly id: number
    readonly labels: string
    readonly annotations: string
    readonly startsAt: UnixMillis
    readonly endsAt: UnixMillis | null
    readonly fingerprint: string
  }
  return {
    alerts: params => {
      const { limit } = read(z.strictObject({ limit: z.number() }), params)
      return {
        active: engine.active.map(({ labels, state }) => ({
          labels,
          state: state.state,
          since: new Date(state.since).toISOString(),
        })),
        history: (catalogue.all('episodes', limit) as readonly Row[]).map(row => ({
          id: row.id,
          fingerprint: row.fingerprint,
          labels: JSON.parse(row.labels) as object,
          annotations: JSON.parse(row.annotations) as object,
          startsAt: new Date(row.startsAt).toISOString(),
          endsAt: row.endsAt === null ? null : new Date(row.endsAt).toISOString(),
        })),
      }
    },
    silences: () => ({ silences: silences(catalogue, clock.now()) }),
    addSilence: params => ({ id: addSilence(catalogue, read(silenceSchema, params)) }),
    expireSilence: params => {
      const { id } = read(z.strictObject({ id: z.string() }), params)
      if (!expireSilence(catalogue, id, clock.now())) throw missing('silence in force', id)
      return { id }
    },
  }
}

function receiverMethods({ catalogue, routing, fileRouting, test }: DeskParts): Methods {
  const isOfFile = (name: string): boolean => fileRouting.receivers.some(receiver => receiver.name === name)
  const receiverOf = (name: string): Receiver => {
    const found = routing().receivers.find(receiver => receiver.name === name)
    if (found === undefined) throw missing('receiver', name)
    return found
  }
  const writable = (name: string): void => {
    if (isOfFile(name))
      throw new HodoscopeError('read_only', `The receiver ${name} stands in the configuration file.`)
  }
  return {
    receivers: () => {
      const faults = new Map(
        (catalogue.all('receiverFaults') as readonly { name: string; reason: string }[]).map(row => [
          row.name,
          row.reason,
        ]),
      )
      return {
        receivers: routing().receivers.map(receiver => ({
          ...redacted(receiver),
          readOnly: isOfFile(receiver.name),
          disabled: faults.get(receiver.name) ?? null,
        })),
      }
    },
    putReceiver: params => {
      const { name } = read(z.looseObject({ name: z.string() }), params)
      const kept = routing().receivers.find(receiver => receiver.name === name)
      const receiver = read(receiverSchema, withKept(params as Record<string, unknown>, kept))
      writable(receiver.name)
      catalogue.inOne(() => {
        catalogue.run('putReceiver', receiver.name, JSON.stringify(receiver))
        catalogue.run('removeReceiverFault', receiver.name)
      })
      return { name: receiver.name }
    },
    removeReceiver: params => {
      const { name } = read(named, params)
      writable(name)
      if (catalogue.run('removeReceiver', name).changes === 0) throw missing('receiver', name)
      return { name }
    },
    testReceiver: async params => {
      const receiver = receiverOf(read(named, params).name)
      const answer = await test(receiver)
      // One that answers again is sent to again.
      if (answer.error === null) catalogue.run('removeReceiverFault', receiver.name)
      return { ...answer, url: redactedUrl(receiver.url) }
    },
    routes: () => ({ readOnly: fileRouting.routes.length > 0, routes: routing().routes.map(shownRoute) }),
    putRoutes: params => {
      if (fileRouting.routes.length > 0)
        throw new HodoscopeError('read_only', 'The routes stand in the configuration file.')
      const raw = read(z.strictObject({ routes: z.array(z.unknown()).max(200) }), params)
      const routes = raw.routes.map(route => read(routeSchema, route))
      for (const { receiver } of routes) receiverOf(receiver)
      catalogue.run('putSetting', 'routes', JSON.stringify(raw.routes))
      return { routes: routes.map(shownRoute) }
    },
  }
}

/**
 * Who changes a receiver was not shown its secrets and cannot send them back: without a `url` they
 * stay. With one they do not, so that nobody is sent what was meant for another.
 */
function withKept(given: Record<string, unknown>, kept: Receiver | undefined): Record<string, unknown> {
  if (kept === undefined || given['url'] !== undefined) return given
  const { url, headers, secrets } = kept
  return { url, headers, secrets, ...given }
}

function shownRoute(route: Routing['routes'][number]): object {
  const { match, groupWait, groupInterval, repeatInterval, ...rest } = route
  return {
    ...rest,
    match: match.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`),
    groupWaitSeconds: groupWait === undefined ? null : groupWait / 1_000,
    groupIntervalSeconds: groupInterval / 1_000,
    repeatIntervalSeconds: repeatInterval / 1_000,
  }
}

function deliveryMethods({ catalogue, clock }: DeskParts): Methods {
  interface Row {
    readonly id: number
    readonly receiver: string
    readonly webhookId: string
    readonly hasFiring: number
    readonly createdAt: number
    readonly state: string
    readonly attempts: number
    readonly nextAttemptAt: number
    readonly lastStatus: number | null
    readonly lastError: string | null
    readonly endedAt: number | null
  }
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  return {
    deliveries: params => {
      const { before, limit } = read(z.strictObject({ before: z.number(), limit: z.number() }), params)
      return {
        deliveries: (catalogue.all('deliveries', before, limit) as readonly Row[]).map(row => ({
          ...row,
          hasFiring: row.hasFiring === 1,
          createdAt: iso(row.createdAt),
          nextAttemptAt: row.state === 'pending' ? iso(row.nextAttemptAt) : null,
          endedAt: iso(row.endedAt),
        })),
      }
    },
    delivery: params => {
      const { id } = read(z.strictObject({ id: z.number() }), params)
      const row = catalogue.one('delivery', id) as { body: string; contentType: string } | undefined
      if (row === undefined) throw missing('delivery', String(id))
      return { id, ...row }
    },
    redeliver: params => {
      const { id } = read(z.strictObject({ id: z.number() }), params)
      if (catalogue.run('redeliver', clock.now(), id).changes === 0) throw missing('delivery', String(id))
      return { id }
    },
  }
}

/**
 * Counts errors of spans and log records by group. Nearly no span has one; those that have often come
 * in thousands, all of them the same.
 *
 * Beyond a number of groups that were seen of a service within a day, new ones are counted as one
 * that says so.
 */
import type { ToldError } from '../errors/fingerprint.ts'
import { countError, newGroup, type GroupCount, type Sample } from '../errors/group.ts'
import { KEPT_MINUTES } from '../errors/table.ts'
import { attribute } from '../model/attributes.ts'
import { serviceName, type LogRecord, type Resource } from '../model/telemetry.ts'
import { milliOfNano, minuteOf, type UnixMinute, type UnixNano } from '../model/time.ts'
import type { Collecting } from './derivation.ts'
import { KnownErrors, type KnownError } from './known-errors.ts'
import { errorOf, exceptionLogs } from './log-errors.ts'
import { errorsOf } from './span-errors.ts'
import type { SpanView } from './span-view.ts'

export const OTHER_ERRORS = '(other errors)'

export interface ErrorLimits {
  readonly groupsOfService: number
  readonly groups: number
}
const LIMITS: ErrorLimits = { groupsOfService: 500, groups: 20_000 }

const ERROR = 2
/** How far a sender's clock may be ahead of ours. */
const AHEAD_MINUTES = 1_440
/** Of what was told first in each group: some 8 MB with what lies around it. */
const MOST_CHARACTERS = 4 * 1024 * 1024

interface Occurrence extends KnownError {
  readonly service: string
  readonly version: string
  readonly minute: UnixMinute
  readonly sample: Sample
}

export class ErrorCounting implements Collecting {
  readonly #limits: ErrorLimits
  readonly #errors = new KnownErrors()
  readonly #versionOf = new WeakMap<Resource, string>()
  /** Fingerprints that have a group of their own, by service. */
  #known = new Map<string, Set<string>>()
  #knownCount = 0
  #collected = new Map<string, GroupCount>()
  #characters = 0
  /** Of the record at hand, until all of it could be read. */
  readonly #record: Occurrence[] = []
  #service = ''
  #resource!: Resource
  #now = 0

  constructor(limits = LIMITS) {
    this.#limits = limits
  }

  begin(_sequence: number, received: UnixNano): void {
    this.#now = minuteOf(milliOfNano(received))
  }

  enter(service: string, resource: Resource): boolean {
    this.#service = service
    this.#resource = resource
    return true
  }

  span(view: SpanView): void {
    if (!view.hasException && view.statusCode !== ERROR) return
    const { minute } = view
    if (!this.#isInTime(minute)) return
    const { errors, sample } = errorsOf(view, this.#errors)
    const [service, version] = [this.#service, this.#version(this.#resource)]
    for (const [i, { told, fingerprint }] of errors.entries())
      if (errors.findIndex(other => other.fingerprint === fingerprint) === i)
        this.#record.push({ service, version, fingerprint, told, minute, sample })
  }

  logBody(body: Uint8Array, received: UnixNano): void {
    for (const log of exceptionLogs(body, received)) this.#log(log)
  }

  #log(log: LogRecord): void {
    const error = errorOf(log, this.#errors)
    const minute = minuteOf(milliOfNano(log.timeUnixNano))
    if (error === undefined || !this.#isInTime(minute)) return
    const { traceId, spanId, timeUnixNano: time, resource } = log
    this.#record.push({
      service: serviceName(resource),
      version: this.#version(resource),
      ...error,
      minute,
      sample: { traceId, spanId, time },
    })
  }

  #isInTime(minute: UnixMinute): boolean {
    return minute >= this.#now - KEPT_MINUTES && minute <= this.#now + AHEAD_MINUTES
  }

  /** '' where it tells none. */
  #version(resource: Resource): string {
    let version = this.#versionOf.get(resource)
    if (version === undefined) {
      const told = attribute(resource.attributes, 'service.version')
      this.#versionOf.set(resource, (version = typeof told === 'string' ? told : ''))
    }
    return version
  }

  keep(): void {
    for (const occurrence of this.#record) {
      const { minute, version, sample } = occurrence
      countError(this.#groupOf(occurrence), minute, version, sample)
    }
    this.#record.length = 0
  }

  takeBack(): void {
    this.#record.length = 0
  }

  #groupOf(occurrence: Pick<Occurrence, 'service' | 'fingerprint' | 'told'>): GroupCount {
    const { service, fingerprint, told } = this.#admit(occurrence) ? occurrence : otherOf(occurrence)
    const key = `${fingerprint} ${service}`
    let group = this.#collected.get(key)
    if (group === undefined) {
      this.#collected.set(key, (group = newGroup(service, fingerprint, told)))
      this.#characters += told.message.length + told.stack.length
    }
    return group
  }

  /** Whether it has a group of its own. */
  #admit({ service, fingerprint }: Pick<Occurrence, 'service' | 'fingerprint'>): boolean {
    let known = this.#known.get(service)
    if (known === undefined) this.#known.set(service, (known = new Set()))
    if (known.has(fingerprint)) return true
    const { groupsOfService, groups } = this.#limits
    if (known.size >= groupsOfService || this.#knownCount >= groups) return false
    known.add(fingerprint)
    this.#knownCount++
    return true
  }

  get isFull(): boolean {
    return this.#characters >= MOST_CHARACTERS
  }

  /** What was counted since it was last cleared. */
  get groups(): Iterable<GroupCount> {
    return this.#collected.values()
  }

  clear(): void {
    this.#collected.clear()
    this.#characters = 0
  }

  /** A day is over: other groups have their turn. Called when all is stored. */
  beginDay(): void {
    this.#known = new Map()
    this.#knownCount = 0
  }
}

/** In place of a fingerprint, of which it is none. */
const OTHER = 'other'
const OTHER_TOLD: ToldError = { type: OTHER_ERRORS, message: '', stack: '', operation: '' }
const otherOf = ({ service }: Pick<Occurrence, 'service'>) => ({
  service,
  fingerprint: OTHER,
  told: OTHER_TOLD,
})

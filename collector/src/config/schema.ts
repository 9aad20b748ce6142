/**
 * Every option there is, once: its default, its unit as a type, and what it is for. The
 * environment name follows from the path (`http.maxBodyBytes` is `HODOSCOPE_HTTP_MAX_BODY_BYTES`).
 *
 * Values come as YAML gives them or as text from the environment; both are accepted everywhere.
 */
import { z } from 'zod'
import type { Millis } from '../model/time.ts'
import { objectList, textList } from './alerts.ts'
import { tokenList, type ConfiguredToken } from './tokens.ts'
import { parseDuration, parseListen, parseSize, type Bytes, type ListenAddress } from './units.ts'

/** Configuration as modules see it: frozen to its leaves, lengths in milliseconds, sizes in bytes. */
export interface Config {
  readonly listen: ListenAddress
  /** The data folder, absolute. */
  readonly data: string
  readonly http: {
    readonly allowedHosts: readonly string[]
    readonly allowedOrigins: readonly string[]
    readonly maxBodyBytes: Bytes
  }
  readonly access: {
    /** Where no token is asked for. */
    readonly open: 'loopback' | 'always' | 'never'
    readonly tokens: readonly ConfiguredToken[]
  }
  readonly storage: {
    readonly retention: Millis
    readonly maxBytes: Bytes
  }
  readonly metrics: {
    readonly resourceLabels: readonly string[]
    readonly maxSeriesPerMetric: number
  }
  readonly query: {
    readonly threads: number
    readonly maxWaiting: number
    readonly timeout: Millis
  }
  readonly slos: {
    /** A folder of OpenSLO files; '' without one. A relative path begins where the data folder's does. */
    readonly folder: string
  }
  readonly rules: {
    /** Rule files of Prometheus and folders of them; relative paths begin where the SLO folder's does. */
    readonly files: readonly string[]
  }
  readonly alerts: {
    /** As written; `alert/receivers.ts` says what they must be. */
    readonly receivers: readonly Readonly<Record<string, unknown>>[]
    readonly routes: readonly Readonly<Record<string, unknown>>[]
    readonly allowedAddresses: readonly string[]
    /** '' for the address that is listened on. */
    readonly externalUrl: string
    /** '' without one. */
    readonly heartbeatUrl: string
  }
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

/** A value of which `read` makes sense, else a fault that tells what was expected. */
function parsed<T>(expected: string, read: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const result = read(value)
    if (result !== undefined) return result
    context.addIssue({ code: 'custom', message: `expected ${expected}, got ${shown(value)}` })
    return z.NEVER
  })
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined

const fromText =
  <T>(parse: (value: string) => T | undefined) =>
  (value: unknown): T | undefined => {
    const trimmed = text(value)
    return trimmed === undefined ? undefined : parse(trimmed)
  }

const atLeast =
  <T extends number>(min: T, parse: (value: string) => T | undefined) =>
  (value: string): T | undefined => {
    const result = parse(value)
    return result !== undefined && result >= min ? result : undefined
  }

const wholeNumber = (min: number, max: number) => (value: string) =>
  /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined

const hostNames = (value: unknown): readonly string[] | undefined => {
  const names = typeof value === 'string' ? value.split(',').filter(name => name.trim() !== '') : value
  if (!Array.isArray(names)) return undefined
  const trimmed = names.map(name => (typeof name === 'string' ? name.trim().toLowerCase() : ''))
  return trimmed.every(name => /^[\w.:-]+$/.test(name)) ? trimmed : undefined
}

const origins = (value: unknown): readonly string[] | undefined => {
  const list = textList(value)
  return list?.every(text => httpUrl(text) === text && new URL(text).origin === text) === true
    ? list
    : undefined
}

const httpUrl = (text: string): string | undefined =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/$/, '') : undefined

const optionalUrl = () =>
  parsed(
    'an http or https URL, or nothing',
    fromText(address => (address === '' ? '' : httpUrl(address))),
  )

const keys = (value: unknown): readonly string[] | undefined => {
  const list = typeof value === 'string' ? value.split(',') : value
  if (!Array.isArray(list) || !list.every(key => typeof key === 'string')) return undefined
  return list.map(key => key.trim()).filter(key => key !== '')
}

const duration = (min: string) =>
  parsed(`a duration of at least ${min}, such as "6h"`, fromText(atLeast(parseDuration(min)!, parseDuration)))
const size = (min: string) =>
  parsed(`a size of at least ${min}, such as "10GB"`, fromText(atLeast(parseSize(min)!, parseSize)))
const count = (min: number, max: number) =>
  parsed(`a whole number from ${min} to ${max}`, fromText(wholeNumber(min, max)))

export const schema = z.strictObject({
  listen: parsed('an address such as "127.0.0.1:4318"', fromText(parseListen))
    .prefault('127.0.0.1:4318')
    .describe('Where it listens; one port for ingest, API and UI. Port 0 lets the system choose.'),
  data: parsed(
    'the path of a folder',
    fromText(path => path || undefined),
  )
    .prefault('./.hodoscope')
    .describe('The data folder. A relative path in a file is taken from the folder of that file.'),
  http: z
    .strictObject({
      allowedHosts: parsed('a list of host names', hostNames)
        .prefault([])
        .describe('Host names under which it may be called, besides those of the loopback.'),
      allowedOrigins: parsed('a list of origins such as "https://shop.example"', origins)
        .prefault([])
        .describe('Origins whose pages may send telemetry from the browser; none may read.'),
      maxBodyBytes: size('1KiB').prefault('64MiB').describe('Largest request body, after inflation.'),
    })
    .prefault({}),
  access: z
    .strictObject({
      open: parsed(
        '"loopback", "always" or "never"',
        fromText(where => (['loopback', 'always', 'never'] as const).find(known => known === where)),
      )
        .prefault('loopback')
        .describe('Where no token is asked for: `always` is for a proxy that asks itself.'),
      tokens: parsed(
        'a list of tokens such as "agents:ingest:<its SHA-256 in hex>", each of another name',
        tokenList,
      )
        .prefault([])
        .describe('Tokens besides those that `hodoscope token add` makes, as `name:scope:sha256`.'),
    })
    .prefault({}),
  storage: z
    .strictObject({
      retention: duration('1h').prefault('7d').describe('How long telemetry is kept.'),
      maxBytes: size('64MiB').prefault('10GB').describe('Space on disk from which the oldest data goes.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      resourceLabels: parsed('a list of resource attributes, such as "k8s.pod.name"', keys)
        .prefault([])
        .describe('Resource attributes that become labels of every series of OTLP; `*` stands for all.'),
      maxSeriesPerMetric: count(1, 100_000_000)
        .prefault(100_000)
        .describe('Series that one metric may have within an hour; samples of others are refused.'),
    })
    .prefault({}),
  query: z
    .strictObject({
      threads: count(1, 64).prefault(2).describe('Queries that run at a time, each on its own thread.'),
      maxWaiting: count(0, 10_000).prefault(32).describe('Queries that may wait for a thread.'),
      timeout: duration('100ms').prefault('30s').describe('How long one query may take.'),
    })
    .prefault({}),
  slos: z
    .strictObject({
      folder: parsed(
        'the path of a folder',
        fromText(path => path),
      )
        .prefault('')
        .describe('A folder of OpenSLO files, watched; they are read-only in the UI.'),
    })
    .prefault({}),
  rules: z
    .strictObject({
      files: parsed('a list of files and folders', textList)
        .prefault([])
        .describe('Prometheus’s rule files, and folders of them, watched: alerting and recording rules.'),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      receivers: parsed('a list of receivers', objectList)
        .prefault([])
        .describe('Where notifications go: `name`, `url`, `format`, `secrets`, `headers`.'),
      routes: parsed('a list of routes', objectList)
        .prefault([])
        .describe('Which alerts go to which receiver; without any, each receiver gets all.'),
      allowedAddresses: parsed('a list of addresses or ranges such as 10.0.0.0/8', textList)
        .prefault([])
        .describe('Private addresses that notifications may be sent to.'),
      externalUrl: optionalUrl()
        .prefault('')
        .describe('Under which people reach the UI: links in notifications begin with it.'),
      heartbeatUrl: optionalUrl()
        .prefault('')
        .describe('Told each minute that alerts are evaluated: a dead man’s switch.'),
    })
    .prefault({}),
})

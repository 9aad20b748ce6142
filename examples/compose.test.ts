/**
 * docker-compose.yml says what `npm run demo` does: the file is held against the rules of the
 * Compose specification that it uses, against the Dockerfile, and against the shop's own lists.
 *
 * Source: https://github.com/compose-spec/compose-spec/blob/main/spec.md
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { OPTIONS } from '../collector/src/config/options.ts'
import { parseDockerfile } from './dockerfile.ts'
import { agentEnvironment, SERVICES } from './shop/services.ts'

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/)
const duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/)
const service = z.strictObject({
  image: name,
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.string(), target: name }),
  command: z.array(z.string()).optional(),
  // A number or a boolean here is a fault that Compose reports only on some values: all are text.
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  depends_on: z
    .record(
      name,
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    )
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])], z.string()),
      interval: duration,
      timeout: duration,
      start_period: duration,
      start_interval: duration,
    })
    .optional(),
  init: z.boolean(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: duration.optional(),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[\w/]+$/)).optional(),
})
const composeFile = z
  .looseObject({ name, services: z.record(name, service), volumes: z.record(name, z.null()) })
  .refine(file => Object.keys(file).every(key => /^(name|services|volumes|x-.+)$/.test(key)))

const compose = composeFile.parse(parse(text('docker-compose.yml'), { merge: true }))
const { collector, load, ...shop } = compose.services
const dockerfile = parseDockerfile(text('examples/Dockerfile'))

describe('docker-compose.yml', () => {
  it('runs the services of the shop, the collector and the load, and nothing else', () => {
    expect(Object.keys(shop).sort()).toEqual(SERVICES.map(({ name }) => name).sort())
    expect(collector?.command).toBeUndefined()
    expect(load?.command?.slice(0, 2)).toEqual(['node', 'examples/shop/load.ts'])
  })

  it.each(SERVICES)('starts $name by the command of the demo', ({ name, file, instrumented }) => {
    const flag = instrumented ? ['--require', '@hodoscope/agent'] : []
    expect(shop[name]?.command).toEqual(['node', ...flag, `examples/shop/${file}`])
    expect(existsSync(new URL(`shop/${file}`, import.meta.url))).toBe(true)
  })

  it.each(SERVICES.filter(({ instrumented }) => instrumented))(
    'gives $name the environment of the demo, with the host names of its network',
    ({ name }) => {
      expect(shop[name]?.environment).toMatchObject(agentEnvironment(name, 'http://collector:4318'))
      expect(shop[name]?.environment).toMatchObject(
        load?.environment ?? { missing: 'the load has no addresses' },
      )
    },
  )

  it('calls each service by its name, on the port on which its code listens', () => {
    const listening = SERVICES.map(({ name, file }) => {
      const port = /\bPORT = '(\d+)'/.exec(text(`examples/shop/${file}`))?.[1]
      return [`${name.toUpperCase()}_URL`, `http://${name}:${port}`]
    })
    expect(load?.environment).toEqual(Object.fromEntries(listening))
  })

  it('configures the collector by options that exist, and lets its name be called', () => {
    const known = OPTIONS.map(({ environment }) => environment)
    expect(known).toEqual(expect.arrayContaining(Object.keys(collector?.environment ?? {})))
    expect(known).toEqual(expect.arrayContaining(Object.keys(dockerfile.get('collector')?.environment ?? {})))
    expect(collector?.environment?.['HODOSCOPE_HTTP_ALLOWED_HOSTS']).toBe('collector')
  })

  it('keeps telemetry in a volume that is declared, and publishes ports for this machine alone', () => {
    const [volume, path] = collector?.volumes?.[0]?.split(':') ?? []
    expect(Object.keys(compose.volumes)).toEqual([volume])
    expect(dockerfile.get('collector')?.volumes).toEqual([path])
    expect(collector?.ports).toEqual(['127.0.0.1:4318:4318'])
  })

  it('starts the shop when the collector is healthy', () => {
    expect(collector?.healthcheck?.test.join(' ')).toContain('/readyz')
    for (const each of [load, ...Object.values(shop)])
      expect(each?.depends_on).toEqual({ collector: { condition: 'service_healthy' } })
  })

  it('builds targets that the Dockerfile has, none of which runs as root', () => {
    for (const { build } of Object.values(compose.services)) {
      expect(existsSync(new URL(`../${build.dockerfile}`, import.meta.url))).toBe(true)
      expect(dockerfile.get(build.target)?.user).toBe('node')
    }
  })

  it('is refused by the schema where an option is misspelt', () => {
    const misspelt = text('docker-compose.yml').replace('healthcheck:', 'healtcheck:')
    const faults = composeFile.safeParse(parse(misspelt, { merge: true })).error?.issues
    expect(faults?.map(({ message }) => message)).toEqual(['Unrecognized key: "healtcheck"'])
  })
})

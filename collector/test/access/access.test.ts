/**
 * A collector that asks for tokens, as people run it: every path of its description with every scope,
 * the command that makes tokens, the link of the start, and what stands in its output.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { may, SCOPES, type Deed, type Scope } from '../../src/model/scope.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'

const BINARY = fileURLToPath(new URL('../../bin/hodoscope.js', import.meta.url))
const TIMEOUT_MILLIS = 60_000

let folder: string
let collector: RunningCollector
const tokens = new Map<Scope, string>()

const command = async (...args: string[]): Promise<string> => {
  const run = promisify(execFile)(process.execPath, [BINARY, ...args, '--data', join(folder, 'data')])
  return (await run).stdout
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-access-'))
  for (const scope of SCOPES)
    tokens.set(scope, (await command('token', 'add', `for-${scope}`, '--scope', scope)).split('\n')[0]!)
  const environment = {
    HODOSCOPE_ACCESS_OPEN: 'never',
    HODOSCOPE_HTTP_ALLOWED_ORIGINS: 'https://shop.example',
  }
  collector = await startCollector(join(folder, 'data'), [], { environment })
}, TIMEOUT_MILLIS)
afterAll(async () => {
  await collector.stop()
  rmSync(folder, { recursive: true })
}, TIMEOUT_MILLIS)

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

interface Asked {
  readonly method: string
  readonly path: string
  readonly deed: Deed
}

/** Every operation of the description, and what is received. */
async function everything(): Promise<Asked[]> {
  const answer = await fetch(`${collector.url}/api/openapi.json`, { headers: bearer(tokens.get('viewer')!) })
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, object>> }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): Asked => {
      const deed = method === 'get' ? 'read' : 'change'
      return { method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'x'), deed }
    }),
  )
  const received = ['/v1/traces', '/v1/logs', '/v1/metrics', '/api/v1/write']
  const promql = ['/api/v1/query', '/api/v1/query_range', '/api/v1/series', '/api/v1/labels']
  return [
    ...described.filter(({ path }) => !['/healthz', '/readyz', '/api/session'].includes(path)),
    ...received.map((path): Asked => ({ method: 'POST', path, deed: 'send' })),
    ...promql.flatMap((path): Asked[] => ['GET', 'POST'].map(method => ({ method, path, deed: 'read' }))),
  ]
}

const statusOf = async ({ method, path }: Asked, headers: Record<string, string>): Promise<number> => {
  const abort = new AbortController()
  const type = /^\/api\/v1\/(query|series|labels)/.test(path) ? 'x-www-form-urlencoded' : 'json'
  const answer = await fetch(collector.url + path, {
    method,
    headers: { ...headers, ...(method === 'GET' ? {} : { 'content-type': `application/${type}` }) },
    signal: abort.signal,
  })
  abort.abort()
  return answer.status
}

describe('a collector that asks for tokens', () => {
  it(
    'lets each scope do what it is for, on every path, and nobody without a token',
    async () => {
      const wrong: string[] = []
      for (const asked of await everything()) {
        const where = `${asked.method} ${asked.path}`
        if ((await statusOf(asked, {})) !== 401) wrong.push(`${where} without a token`)
        for (const scope of SCOPES) {
          const isRefused = [401, 403].includes(await statusOf(asked, bearer(tokens.get(scope)!)))
          if (isRefused === may(scope, asked.deed)) wrong.push(`${where} as ${scope}`)
        }
      }
      expect(wrong).toEqual([])
    },
    TIMEOUT_MILLIS,
  )

  it('answers probes and the files of the UI to everybody, and says how to get in', async () => {
    const statuses = await Promise.all(
      ['/healthz', '/readyz', '/', '/traces', '/icon.svg'].map(
        async path => (await fetch(collector.url + path)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    const refused = await fetch(`${collector.url}/api/traces`)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer')
    expect(await refused.json()).toMatchObject({ error: { code: 'token_missing' } })
    const received = await fetch(`${collector.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(await received.json()).toEqual({
      code: 16,
      message:
        'this collector asks for a token. Send `Authorization: Bearer …`; `hodoscope token add` makes a token.',
    })
  })

  it('takes a token as the password of basic authentication', async () => {
    const basic = Buffer.from(`grafana:${tokens.get('viewer')}`).toString('base64')
    const answer = await fetch(`${collector.url}/api/v1/query?query=1`, {
      headers: { authorization: `Basic ${basic}` },
    })
    expect(answer.status).toBe(200)
  })

  it('begins a session with a token, and ends it', async () => {
    const session = `${collector.url}/api/session`
    const headers = { 'content-type': 'application/json' }
    expect(await (await fetch(session)).json()).toEqual({ asks: true, scope: null })
    const begun = await fetch(session, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: tokens.get('editor') }),
    })
    expect(await begun.json()).toEqual({ asks: true, scope: 'editor' })
    const set = begun.headers.get('set-cookie')!
    expect(set).toMatch(/^hodoscope=hod_[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/)
    const cookie = set.split(';')[0]!
    expect(await (await fetch(session, { headers: { cookie } })).json()).toEqual({
      asks: true,
      scope: 'editor',
    })
    expect((await fetch(`${collector.url}/api/status`, { headers: { cookie } })).status).toBe(200)
    const ended = await fetch(session, { method: 'DELETE', headers: { ...headers, cookie } })
    expect(ended.headers.get('set-cookie')).toMatch(/^hodoscope=; .*Max-Age=0/)
    expect((await fetch(`${collector.url}/api/status`, { headers: { cookie } })).status).toBe(401)
  })

  it('signs in once by the link of the start', async () => {
    const line = collector.output.find(text => text.startsWith('  sign in '))!
    const link = line.trim().split(/\s+/)[2]!
    const entered = await fetch(link, { redirect: 'manual' })
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/'])
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!
    expect(await (await fetch(`${collector.url}/api/session`, { headers: { cookie } })).json()).toEqual({
      asks: true,
      scope: 'admin',
    })
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401)
  })

  it(
    'sees tokens that are made and removed while it runs; a name is taken once',
    async () => {
      const token = (await command('token', 'add', 'late', '--scope', 'viewer')).split('\n')[0]!
      const status = async () =>
        (await fetch(`${collector.url}/api/status`, { headers: bearer(token) })).status
      expect(await status()).toBe(200)
      await expect(command('token', 'add', 'late', '--scope', 'admin')).rejects.toThrow(
        'there is a token late',
      )
      await expect(command('token', 'add', 'other', '--scope', 'owner')).rejects.toThrow(
        'there is no scope "owner"',
      )
      expect(await command('token', 'list')).toMatch(/^late\tviewer\tmade 20/m)
      expect(await command('token', 'remove', 'late')).toBe('removed: late, and the sessions begun with it\n')
      await expect.poll(status, { timeout: 5_000 }).toBe(401)
      await expect(command('token', 'remove', 'late')).rejects.toThrow('there is no token late')
    },
    TIMEOUT_MILLIS,
  )

  it('lets pages of the origins that are named send, with a token, and no page read', async () => {
    const { url } = collector
    const from = (origin: string, method: string, path: string, headers: Record<string, string> = {}) =>
      fetch(url + path, {
        method,
        headers: { origin, 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body: '{}' }),
      })
    const preflight = await from('https://shop.example', 'OPTIONS', '/v1/traces')
    expect([preflight.status, Object.fromEntries(preflight.headers)]).toMatchObject([
      204,
      {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-encoding, content-type',
        vary: 'Origin',
      },
    ])
    const sent = await from('https://shop.example', 'POST', '/v1/traces', bearer(tokens.get('ingest')!))
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://shop.example',
    ])
    const without = await from('https://shop.example', 'POST', '/v1/traces')
    expect([without.status, without.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'https://shop.example',
    ])
    for (const [origin, path] of [
      ['https://evil.example', '/v1/traces'],
      ['https://shop.example.evil', '/v1/traces'],
      ['null', '/v1/traces'],
      ['https://shop.example', '/api/traces'],
    ] as const) {
      const refused = await from(origin, 'OPTIONS', path, bearer(tokens.get('admin')!))
      expect([origin, path, refused.headers.get('access-control-allow-origin')]).toEqual([origin, path, null])
    }
  })

  it('writes no token into its output', async () => {
    await fetch(`${collector.url}/api/status`, { headers: bearer(tokens.get('admin')!) })
    const output = collector.output.join('\n')
    for (const token of tokens.values()) expect(output).not.toContain(token)
    expect(output).toContain('`hodoscope token add NAME --scope ingest`')
  })
})

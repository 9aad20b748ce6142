/** The web side over a real socket; the queries behind it are scripted, the rest is as in production. */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPEN_GATE } from '../access/gate.ts'
import { ERRORS, HodoscopeError, type ErrorCode } from '../model/errors.ts'
import { millis, unixMillis } from '../model/time.ts'
import { createLog } from '../telemetry/log.ts'
import { createTelemetry } from '../telemetry/telemetry.ts'
import type { Pin } from '../store/api.ts'
import type { ErrorAnswer } from './api-types.ts'
import type { Queries } from './api.ts'
import { loadAssets } from './assets.ts'
import { hostCheck } from './hosts.ts'
import type { PinStore } from './pins.ts'
import { listen, type RunningServer } from './server.ts'
import { createWeb } from './web.ts'

type Run = Queries['run']

const encode = (value: unknown) => Buffer.from(JSON.stringify(value))
const ID = 'a1'.repeat(16)
const logged: string[] = []
const asked: { job: string; params: unknown }[] = []
let run: Run = () => Promise.resolve(encode({}))
let refusing: ErrorCode | undefined
const pinned = new Map<string, Pin>()
const pinStore: PinStore = {
  pins: () => [...pinned.values()],
  pin(traceId, note) {
    pinned.set(traceId, { traceId, note, pinnedAt: unixMillis(1) })
    return Promise.resolve()
  },
  unpin: traceId => Promise.resolve(pinned.delete(traceId)),
}
let server: RunningServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-web-'))
  await mkdir(join(folder, 'ui/assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'ui/index.html'), '<!doctype html><title>Hodoscope</title>')
  await writeFile(join(folder, 'ui/assets/app-D3adB33f.js'), 'start()')
  await writeFile(join(folder, 'ui/assets/app-D3adB33f.js.br'), 'packed')
  await symlink(join(folder, 'secret.txt'), join(folder, 'ui/link.txt'))
  const web = createWeb({
    gate: OPEN_GATE,
    desk: { call: () => Promise.reject(new Error('nobody asks the desk here')) },
    queries: {
      run: (job, params, options) => {
        asked.push({ job, params })
        return run(job, params, options)
      },
    },
    queryTimeoutMillis: 30_000,
    status: () => Promise.reject(new Error('no such file: /var/lib/secret')),
    telemetry: createTelemetry({ version: '1.2.3', process: false }),
    clock: { now: () => unixMillis(1_700_000_000_000), monotonic: () => millis(performance.now()) },
    version: '1.2.3',
    assets: await loadAssets(join(folder, 'ui')),
    isAllowedHost: hostCheck('127.0.0.1', ['collector']),
    isReady: () => true,
    refusing: () => refusing,
    pins: pinStore,
    acceptedItems: () => ({ traces: 0, logs: 0 }),
    log: createLog({ plain: false, write: line => logged.push(line) }),
  })
  server = await listen({ host: '127.0.0.1', port: 0 }, web.fetch)
})
afterAll(async () => {
  await server.close(1_000)
  await rm(folder, { recursive: true })
})

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init)

/** One request byte for byte, for what `fetch` would mend or refuse. */
async function raw(lines: readonly string[]): Promise<{ status: number; text: string }> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  await once(socket, 'close')
  const text = Buffer.concat(chunks).toString()
  return { status: Number(text.split(' ')[1]), text }
}
const rawGet = (target: string, ...headers: string[]) =>
  raw([`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers])

describe('a query', () => {
  it('is parsed, handed over with its times resolved, and answered with the bytes it gave', async () => {
    run = () => Promise.resolve(encode({ traces: [] }))
    asked.length = 0
    const response = await get(
      '/api/traces?q=name%3Dcheckout&from=now-1h&to=1699999999000&limit=7&sort=slowest',
    )
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ traces: [] })
    expect(asked).toEqual([
      {
        job: 'traces',
        params: {
          q: 'name=checkout',
          limit: 7,
          sort: 'slowest',
          range: { from: 1_699_996_400_001_000_000n, to: 1_699_999_999_000_000_000n },
        },
      },
    ])
  })

  it.each([
    ['/api/traces?limit=0', 'limit: expected a whole number from 1 to 1000'],
    ['/api/traces?limit=1001', 'limit: expected a whole number from 1 to 1000'],
    ['/api/traces?limit=many', 'limit: expected a whole number from 1 to 1000'],
    ['/api/traces?sort=best', 'sort: Invalid option: expected one of "newest"|"slowest"'],
    ['/api/traces?q=a&q=b', 'q: stands twice'],
    ['/api/traces?srot=newest', 'srot: unknown parameter; did you mean "sort"?'],
    ['/api/traces?__proto__=1', '__proto__: unknown parameter'],
    ['/api/traces/0123?id=1', 'id: unknown parameter; did you mean "id"?'],
    ['/api/traces/xyz', 'id: expected a trace id of 32 hex digits'],
    ['/api/services?from=now&to=now-1h', 'from: must lie before `to`'],
    [
      '/api/services?from=yesterday',
      'from: expected a time (RFC 3339, Unix milliseconds, or relative as in `now-1h`.), got "yesterday"',
    ],
  ])('%s is refused', async (path, message) => {
    const response = await get(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { code: 'parameter_invalid', message, hint: 'Mend the named parameter.' },
    })
  })

  it('takes ids in the path: upper case becomes lower, an escaped slash stays part of the key', async () => {
    asked.length = 0
    await get('/api/traces/0AF7651916CD43DD8448EB211C80319C?format=otlp')
    await get('/api/attributes/a%2Fb%20c/values?from=0&to=1')
    await get('/api/correlations/%E2%82%AC')
    expect(asked).toEqual([
      { job: 'traceOtlp', params: { traceId: '0af7651916cd43dd8448eb211c80319c' } },
      {
        job: 'attributeValues',
        params: {
          key: 'a/b c',
          signal: 'traces',
          prefix: '',
          limit: 100,
          range: { from: 0n, to: 1_000_000n },
        },
      },
      { job: 'correlation', params: { id: '€' } },
    ])
  })

  it('tells the error a query ended with: code, message, hint and position; retryable ones say when', async () => {
    run = () => Promise.reject(new HodoscopeError('query_malformed', 'expected a value', { position: 5 }))
    const malformed = await get('/api/logs?q=name%3D')
    expect(malformed.status).toBe(400)
    expect(malformed.headers.get('retry-after')).toBeNull()
    expect(await malformed.json()).toEqual({
      error: {
        code: 'query_malformed',
        message: 'expected a value',
        hint: 'Mend the query at the given position.',
        position: 5,
      },
    })
    run = () => Promise.reject(new HodoscopeError('queries_busy', '32 of 32 places taken'))
    const busy = await get('/api/logs')
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[1-3]$/)])
  })

  it('tells nothing of the inside when it fails unexpectedly, and logs it', async () => {
    logged.length = 0
    run = () => Promise.reject(new TypeError("cannot read '/srv/data/partition-7'"))
    for (const path of ['/api/logs', '/api/status']) {
      const response = await get(path)
      expect(response.status).toBe(500)
      expect(await response.text()).toBe(
        '{"error":{"code":"internal","message":"Something went wrong inside.",' +
          '"hint":"This is a defect of Hodoscope; please report it with the log line."}}',
      )
    }
    expect(logged[0]).toContain("cannot read '/srv/data/partition-7'")
  })

  it('is cancelled when its client goes away', async () => {
    const cancelled = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    run = (_job, _params, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          cancelled.resolve()
          reject(new HodoscopeError('query_cancelled', 'the client went away'))
        })
        began.resolve()
      })
    const client = new AbortController()
    const request = get('/api/logs', { signal: client.signal }).catch(() => 'gone')
    await began.promise
    client.abort()
    await cancelled.promise
    expect(await request).toBe('gone')
  })

  it('is compressed when it is large and the client takes gzip', async () => {
    const large = { logs: Array.from({ length: 1_000 }, (_, i) => ({ body: `line ${i}` })) }
    run = () => Promise.resolve(encode(large))
    const packed = await rawGet('/api/logs', 'Accept-Encoding: gzip')
    expect(packed.text).toContain('content-encoding: gzip')
    const plain = await rawGet('/api/logs', 'Accept-Encoding: gzip;q=0')
    expect(plain.text).not.toContain('content-encoding')
    expect(JSON.parse(plain.text.split('\r\n\r\n')[1]!)).toEqual(large)
    const fetched = await get('/api/logs', { headers: { 'Accept-Encoding': 'gzip' } })
    expect(await fetched.json()).toEqual(large)
  })
})

describe('a Host that is not ours', () => {
  const request = (host: string, path = '/api/services') =>
    raw([`GET ${path} HTTP/1.1`, `Host: ${host}`, 'X-Forwarded-Host: localhost', 'Connection: close'])

  it.each(['evil.test', '127.0.0.1.evil.test', 'localhost.evil.test', '127.0.0.2', '[::2]', 'localhost.'])(
    '%j is refused with 421',
    async host => {
      const answer = await request(host)
      expect(answer.status).toBe(421)
      expect(answer.text).toContain('"code":"host_forbidden"')
      expect(answer.text).toContain('Add this host name to http.allowedHosts.')
    },
  )

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:4318', '[::1]:8080', 'collector', 'Collector:4318'])(
    '%j is answered',
    async host => expect((await request(host)).status).toBe(200),
  )

  it.each(['/', '/metrics', '/api/status', '/assets/app-D3adB33f.js', '/nothing'])(
    'meets the guard on %s',
    async path => expect((await request('evil.test', path)).status).toBe(421),
  )

  it.each(['/healthz', '/readyz'])('is no matter to the probe %s', async path =>
    expect((await request('10.1.2.3:4318', path)).status).toBe(200),
  )

  it('that is missing is refused by HTTP itself', async () =>
    expect((await raw(['GET /api/services HTTP/1.1', 'Connection: close'])).status).toBe(400))

  it.each(['', 'a b/c@d'])('that is no host at all (%j) is refused without a route being asked', async host =>
    expect((await request(host)).status).toBe(400),
  )
})

describe('headers', () => {
  it.each(['/', '/api/services', '/api/nothing', '/api/traces/xyz', '/metrics', '/healthz', '/no.js'])(
    'of %s keep scripts, frames and sniffing out, and open no CORS',
    async path => {
      const { headers } = await get(path, { headers: { Origin: 'http://evil.test' } })
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect([...headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
    },
  )
})

describe('methods', () => {
  const json = { 'Content-Type': 'application/json' }

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s on a path for reading is 405', async method => {
    for (const path of [
      '/api/services',
      '/api/traces/xyz',
      '/metrics',
      '/healthz',
      '/',
      '/assets/app-D3adB33f.js',
    ]) {
      const response = await get(path, { method, headers: json })
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD'])
    }
  })

  it('TRACE is 405, and answers nothing of the request', async () => {
    const answer = await raw([
      'TRACE /api/services HTTP/1.1',
      'Host: localhost',
      'Cookie: a=b',
      'Connection: close',
    ])
    expect(answer.status).toBe(405)
    expect(answer.text).not.toContain('a=b')
  })

  it('HEAD is GET without a body', async () => {
    run = () => Promise.resolve(encode({ services: [] }))
    for (const path of ['/api/services', '/', '/metrics', '/healthz']) {
      const response = await get(path, { method: 'HEAD' })
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })

  it.each([
    ['from another site', { Origin: 'http://evil.test' }, 403],
    ['from an opaque origin', { Origin: 'null' }, 403],
    ['told as cross-site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['told as same-site', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['as a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['as text', { 'Content-Type': 'text/plain' }, 415],
  ])('a change %s is refused', async (_, headers, status) => {
    const response = await get('/api/services', { method: 'POST', headers: { ...json, ...headers } })
    expect(response.status).toBe(status)
  })

  it.each([
    ['without a content type', { 'Content-Type': '' }, 415],
    ['from another site', { Origin: 'http://evil.test' }, 403],
    ['from the same host at another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['from an opaque origin', { Origin: 'null' }, 403],
    ['told as cross-site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['as a form', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415],
    ['as text', { 'Content-Type': 'text/plain; application/json' }, 415],
  ])('no pin is set or taken away %s', async (_, headers, status) => {
    pinned.clear()
    pinned.set(ID, { traceId: ID, note: 'kept', pinnedAt: unixMillis(1) })
    const body = JSON.stringify({ traceId: 'b'.repeat(32) })
    const set = await get('/api/pins', { method: 'POST', headers: { ...json, ...headers }, body })
    const taken = await get(`/api/pins/${ID}`, { method: 'DELETE', headers: { ...json, ...headers } })
    expect([set.status, taken.status, [...pinned.keys()]]).toEqual([status, status, [ID]])
  })

  it('a pin is set, told, and taken away', async () => {
    pinned.clear()
    run = () => Promise.resolve(encode({}))
    const body = JSON.stringify({ traceId: ID.toUpperCase(), note: 'slow' })
    const origin = { Origin: server.url, 'Sec-Fetch-Site': 'same-origin' }
    const set = await get('/api/pins', { method: 'POST', headers: { ...json, ...origin }, body })
    const told = { pins: [{ traceId: ID, note: 'slow', pinnedUnixMillis: 1 }] }
    expect([set.status, await set.json()]).toEqual([200, told])
    expect(asked.at(-1)).toEqual({ job: 'trace', params: { traceId: ID, limit: 1, withoutLogs: true } })
    expect(await (await get('/api/pins')).json()).toEqual(told)
    const taken = await get(`/api/pins/${ID}`, { method: 'DELETE', headers: json })
    expect([taken.status, await taken.json()]).toEqual([200, { pins: [] }])
    const again = await get(`/api/pins/${ID}`, { method: 'DELETE', headers: json })
    expect([again.status, ((await again.json()) as ErrorAnswer).error.message]).toEqual([
      404,
      `trace ${ID} is not pinned`,
    ])
  })

  it.each([
    ['{', 400, 'body: expected JSON'],
    ['[]', 400, 'body: Invalid input: expected object, received array'],
    ['{"traceId":"12"}', 400, 'traceId: expected a trace id of 32 hex digits'],
    [`{"traceId":"${'a'.repeat(32)}","why":1}`, 400, 'body: Unrecognized key: "why"'],
    [' '.repeat(65_537), 413, 'body: more than 65536 bytes'],
  ])('a body that is no pin is refused, and the answer says why', async (body, status, message) => {
    pinned.clear()
    const response = await get('/api/pins', { method: 'POST', headers: json, body })
    expect([response.status, ((await response.json()) as ErrorAnswer).error.message]).toEqual([
      status,
      message,
    ])
    expect(pinned.size).toBe(0)
  })

  it('a trace of which nothing is stored is not pinned', async () => {
    pinned.clear()
    run = () => Promise.reject(new HodoscopeError('not_found', 'planted'))
    const body = JSON.stringify({ traceId: ID })
    expect((await get('/api/pins', { method: 'POST', headers: json, body })).status).toBe(404)
    expect(pinned.size).toBe(0)
    run = () => Promise.resolve(encode({}))
  })

  it('no pin is changed by a read, and other methods are told which there are', async () => {
    expect((await get(`/api/pins/${ID}`)).status).toBe(405)
    const response = await get('/api/pins', { method: 'PUT', headers: json, body: '{}' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
  })

  it('a method is not overridden by a header', async () => {
    const response = await get('/api/services', {
      method: 'POST',
      headers: { ...json, 'X-HTTP-Method-Override': 'GET' },
    })
    expect(response.status).toBe(405)
  })
})

describe('the UI', () => {
  it('is served from memory: its page is always asked for anew, its hashed files never', async () => {
    const page = await get('/')
    expect([page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
      'text/html; charset=utf-8',
      'no-cache',
    ])
    const again = await get('/', { headers: { 'If-None-Match': page.headers.get('etag')! } })
    expect(again.status).toBe(304)
    const script = await get('/assets/app-D3adB33f.js', { headers: { 'Accept-Encoding': 'identity' } })
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(await script.text()).toBe('start()')
  })

  it('sends the packed copy to those who take it', async () => {
    const { text } = await rawGet('/assets/app-D3adB33f.js', 'Accept-Encoding: gzip, br')
    expect(text).toContain('content-encoding: br')
    expect(text.endsWith('packed')).toBe(true)
  })

  it.each([
    '/traces',
    '/traces/0af7651916cd43dd8448eb211c80319c',
    '/services/shop.web',
    '/ids/a%2Fb',
    '/ids/report.js',
  ])('answers %s with its page', async path => {
    const response = await get(path, { headers: { Accept: 'text/html' } })
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html><title>Hodoscope</title>'])
  })

  it.each(['/app.js', '/favicon.ico', '/assets/app-00000000.js', '/index.php', '/api', '/api/nothing'])(
    'has nothing at %s',
    async path => {
      const response = await get(path, { headers: { Accept: 'text/html' } })
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    },
  )

  it('has no page for those who want none', async () =>
    expect((await get('/traces', { headers: { Accept: 'application/json' } })).status).toBe(404))

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/assets/..;/../secret.txt',
    '/%00/secret.txt',
    '/index.html%00.js',
    '/link.txt',
    '/%252e%252e/secret.txt',
    '/etc/passwd%00',
    `/${'a'.repeat(8_000)}.txt`,
    'file:///etc/passwd',
  ])('never leaves its files for %s', async target => {
    const { status, text } = await rawGet(target, 'Accept: text/html')
    expect([400, 404]).toContain(status)
    expect(text).not.toContain('secret\r\n')
    expect(text).not.toContain('root:')
  })
})

describe('probes and metrics', () => {
  it('readyz is for what answers, and tells why no telemetry is taken', async () => {
    const probe = async (path: string): Promise<readonly [number, string]> => {
      const answer = await get(path)
      return [answer.status, await answer.text()]
    }
    expect(await probe('/readyz')).toEqual([200, 'ready\n'])
    refusing = 'disk_failed'
    const told = `ready, but takes no telemetry: disk_failed. ${ERRORS.disk_failed.hint}\n`
    expect(await probe('/readyz')).toEqual([200, told])
    refusing = 'shutting_down'
    expect(await probe('/readyz')).toEqual([503, `not ready: shutting_down. ${ERRORS.shutting_down.hint}\n`])
    expect(await probe('/healthz')).toEqual([200, 'ok\n'])
    refusing = undefined
  })

  it('counts requests by the pattern of their route', async () => {
    await get('/api/traces/xyz')
    const metrics = await (await get('/metrics')).text()
    expect(metrics).toMatch(/^hodoscope_api_requests_total\{route="\/api\/traces\/:id",status="400"\} \d+$/m)
    expect(metrics).toContain('hodoscope_build_info{version="1.2.3"} 1')
    expect(metrics).not.toContain('secret')
  })
})

describe('the API description', () => {
  it('is OpenAPI 3.1 and names every path', async () => {
    const description = (await (await get('/api/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, unknown>
    }
    expect(description.openapi).toBe('3.1.0')
    expect(Object.keys(description.paths)).toEqual([
      '/api/overview',
      '/api/graph',
      '/api/services',
      '/api/services/{service}',
      '/api/operations',
      '/api/deploys',
      '/api/deploys/{service}/{version}',
      '/api/errors',
      '/api/errors/{fingerprint}',
      '/api/senders',
      '/api/traces',
      '/api/traces/histogram',
      '/api/traces/heat-map',
      '/api/explain',
      '/api/traces/{id}',
      '/api/traces/{id}/metrics',
      '/api/logs',
      '/api/logs/histogram',
      '/api/logs/facets',
      '/api/logs/context',
      '/api/correlations/{id}',
      '/api/cardinality',
      '/api/metrics',
      '/api/attributes',
      '/api/attributes/{key}/values',
      '/api/traces/tail',
      '/api/logs/tail',
      '/api/slos/{name}/bad-events',
      '/api/slos',
      '/api/slos/backtest',
      '/api/slos/check',
      '/api/slos/{name}',
      '/api/slos/{name}/burn',
      '/api/alerts',
      '/api/rule-files',
      '/api/rule-files/reload',
      '/api/silences',
      '/api/silences/{id}',
      '/api/receivers',
      '/api/receivers/{name}',
      '/api/receivers/{name}/test',
      '/api/routes',
      '/api/deliveries',
      '/api/deliveries/{id}',
      '/api/deliveries/{id}/redeliver',
      '/api/pins',
      '/api/pins/{traceId}',
      '/api/session',
      '/api/status',
      '/metrics',
      '/healthz',
      '/readyz',
    ])
  })
})

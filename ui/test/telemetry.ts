/**
 * Generated telemetry in the API's own shape: a small shop whose checkouts sometimes fail, traces of any
 * size, and names that mean harm. Seeded, so that a failing test can be seen again.
 */
import type {
  AttributeList,
  LogJson,
  ResourceJson,
  ScopeJson,
  TraceAnswer,
  TraceRow,
} from '../../collector/src/serve/api-types.ts'
import { random, type Random } from './random.ts'
import { MILLI, TraceBuilder, World } from './trace-builder.ts'

export const HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'
const STACK = [
  'PaymentError: insufficient_funds',
  '    at charge (/app/src/payment.js:41:11)',
  '    at async handler (/app/src/routes/charge.js:18:20)',
  '    at next (/app/node_modules/express/lib/router/layer.js:95:5)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
].join('\n')

export interface Telemetry {
  readonly traces: readonly TraceAnswer[]
  readonly logs: readonly LogJson[]
  readonly resources: readonly ResourceJson[]
  readonly scopes: readonly ScopeJson[]
}

const http = (method: string, route: string, status: number, path = route): AttributeList => [
  { key: 'http.request.method', value: method },
  { key: 'http.route', value: route },
  { key: 'http.response.status_code', value: status },
  { key: 'url.path', value: path },
  { key: 'user_agent.original', value: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36' },
]
const select = (text: string): AttributeList => [
  { key: 'db.system.name', value: 'sqlite' },
  { key: 'db.query.text', value: text },
]

/** A call named after its method alone, as instrumentations name it. */
const call = (method: string, url: string) => ({
  kind: 'client' as const,
  attributes: [
    { key: 'http.request.method', value: method },
    { key: 'url.full', value: url },
  ],
})

function checkout(world: World, start: bigint, rnd: Random, fails: boolean): TraceAnswer {
  const t = new TraceBuilder(world, start, rnd)
  const items = Math.floor(rnd.between(3, 13))
  const each = rnd.between(8, 34)
  const cartLong = items * each + 20
  const payLong = fails ? rnd.between(380, 900) : rnd.between(60, 240)
  const total = cartLong + payLong + 80
  const order = `ord_${rnd.hex(2)}`
  const bad = fails ? ({ status: 'error', statusMessage: 'insufficient_funds' } as const) : {}
  const root = t.span('gateway', 'POST /checkout', -1, 0, total, {
    kind: 'server',
    attributes: [
      ...http('POST', '/checkout', fails ? 402 : 200),
      { key: 'correlation.id', value: t.correlationId },
    ],
  })
  t.log(root, 0.4, 'info', 'request received', [{ key: 'http.route', value: '/checkout' }])
  const out = t.span('gateway', 'POST', root, 2, total - 6, call('POST', 'http://checkout:4405/checkout'))
  const check = t.span('checkout', 'POST /checkout', out, 4, total - 10, {
    kind: 'server',
    attributes: [...http('POST', '/checkout', fails ? 402 : 200), { key: 'order.id', value: order }],
    ...bad,
  })
  t.log(check, 6, 'info', `checkout started for ${order}`, [{ key: 'order.id', value: order }])
  for (let i = 0; i < items; i++) {
    const at = 12 + i * each
    const get = t.span(
      'checkout',
      'GET',
      check,
      at,
      each - 1,
      call('GET', `http://cart:4403/cart/items/${i}`),
    )
    const item = t.span('cart', 'GET /cart/items/:id', get, at + 1, each - 3, {
      kind: 'server',
      attributes: http('GET', '/cart/items/:id', 200, `/cart/items/${i}`),
    })
    t.span('cart', 'SELECT items', item, at + 2, each - 6, {
      kind: 'client',
      attributes: select('select id, name, price_cents from items where id = ?'),
    })
  }
  const at = 20 + cartLong
  const charge = t.span('checkout', 'POST', check, at, payLong, {
    ...call('POST', 'http://payment:4401/charge'),
    ...bad,
  })
  const pay = t.span('payment', 'POST /charge', charge, at + 3, payLong - 6, {
    kind: 'server',
    attributes: [...http('POST', '/charge', fails ? 402 : 200), { key: 'payment.provider', value: 'acme' }],
    ...bad,
    events: fails
      ? [
          {
            timeUnixNano: (t.start + BigInt(Math.round((at + payLong - 12) * MILLI))).toString(),
            name: 'exception',
            attributes: [
              { key: 'exception.type', value: 'PaymentError' },
              { key: 'exception.message', value: 'insufficient_funds' },
              { key: 'exception.stacktrace', value: STACK },
            ],
            droppedAttributesCount: 0,
          },
        ]
      : [],
  })
  t.log(pay, at + 6, 'info', 'charging card')
  t.span('payment', 'POST api.acme-pay.example', pay, at + 10, payLong - 30, {
    kind: 'client',
    attributes: [
      { key: 'http.request.method', value: 'POST' },
      { key: 'url.full', value: 'https://api.acme-pay.example/v1/charges' },
      { key: 'server.address', value: 'api.acme-pay.example' },
    ],
    ...bad,
  })
  if (fails)
    t.log(pay, at + payLong - 12, 'error', `payment declined for order ${order}: insufficient_funds`, [
      { key: 'order.id', value: order },
      { key: 'amount_cents', value: 12_480 },
    ])
  else {
    const mail = t.span('mailer', 'deliver receipt', check, at + payLong + 4, 30, { kind: 'consumer' })
    if (rnd.next() < 0.3) t.log(mail, at + payLong + 20, 'warn', 'smtp connection was slow, retried once')
    t.log(check, total - 12, 'info', `order ${order} placed`)
  }
  return t.answer()
}

function browse(world: World, start: bigint, rnd: Random): TraceAnswer {
  const t = new TraceBuilder(world, start, rnd)
  const long = rnd.next() < 0.06 ? rnd.between(900, 2400) : rnd.between(6, 90)
  const root = t.span('gateway', 'GET /products', -1, 0, long, {
    kind: 'server',
    attributes: http('GET', '/products', 200),
  })
  const call = t.span('gateway', 'GET', root, 1, long - 2, { kind: 'client' })
  const list = t.span('catalog', 'GET /products', call, 2, long - 4, {
    kind: 'server',
    attributes: http('GET', '/products', 200),
  })
  t.log(list, 3, rnd.next() < 0.5 ? 'debug' : 'info', 'listing products')
  t.span('catalog', 'SELECT products', list, 3, long - 6, {
    kind: 'client',
    attributes: select('select id, name, price_cents from products order by name limit 50'),
  })
  return t.answer()
}

/** A trace of exactly `count` spans, some deep, some failing, with lines. */
export function largeTrace(count: number, start: bigint, seed: number): TraceAnswer {
  const rnd = random(seed)
  const world = new World()
  const t = new TraceBuilder(world, start, rnd)
  const names = ['gateway', 'checkout', 'cart', 'payment', 'catalog', 'mailer', 'inventory', 'shipping']
  const total = 4000
  t.span('gateway', 'POST /import', -1, 0, total, { kind: 'server' })
  let open = [{ i: 0, end: total }]
  let at = 1
  for (let n = 1; n < count; n++) {
    at += (total - 10) / count
    open = open.filter(({ end }, k) => k === 0 || end > at)
    if (open.length > 40) open = open.slice(0, 12)
    const up = open.at(-1)!
    const long = Math.min(up.end - at, rnd.between(0.05, 400 / open.length))
    const service = rnd.pick(names)
    const failed = rnd.next() < 0.002
    const i = t.span(service, `step ${n}`, up.i, at, Math.max(0.001, long), {
      kind: 'internal',
      ...(failed && { status: 'error' as const, statusMessage: 'timed out' }),
    })
    if (rnd.next() < 0.02 || failed)
      t.log(
        i,
        at + long / 2,
        failed ? 'error' : 'info',
        failed ? 'timed out waiting for a lock' : `batch ${n} done`,
      )
    if (rnd.next() < 0.5) open.push({ i, end: at + long })
  }
  return t.answer()
}

/** Everything in it is named to do harm or to overflow. */
function hostileTrace(world: World, start: bigint, rnd: Random): TraceAnswer {
  const t = new TraceBuilder(world, start, rnd)
  const long = `a-service-with-a-name-that-never-ends-${'and-goes-on-'.repeat(12)}`
  const root = t.span(HOSTILE, HOSTILE, -1, 0, 120, {
    kind: 'server',
    status: 'error',
    statusMessage: HOSTILE,
    attributes: [
      { key: HOSTILE, value: HOSTILE },
      { key: '__proto__', value: { polluted: true } },
      { key: 'link', value: 'javascript:alert(1)' },
      { key: 'long', value: 'x'.repeat(4000) },
    ],
    events: [{ timeUnixNano: start.toString(), name: HOSTILE, attributes: [], droppedAttributesCount: 2 }],
  })
  t.span(long, `GET /${'very-long-path-segment/'.repeat(20)}`, root, 10, 60)
  t.log(root, 30, 'fatal', HOSTILE)
  return {
    ...t.answer(),
    warnings: [{ kind: 'missing_parent', message: 'The parent of 1 span is not stored.', spanIds: [] }],
  }
}

/** @param now Unix milliseconds; the data lies in the hour before */
export function generate(seed: number, now: number): Telemetry {
  const rnd = random(seed)
  const world = new World()
  const traces: TraceAnswer[] = []
  for (let i = 0; i < 420; i++) {
    const start =
      BigInt(Math.round(now - 3_540_000 * rnd.next() ** 1.1 - 4000)) * 1_000_000n +
      BigInt(Math.floor(rnd.next() * 1e6))
    traces.push(rnd.next() < 0.4 ? checkout(world, start, rnd, rnd.next() < 0.12) : browse(world, start, rnd))
  }
  traces.push(hostileTrace(world, BigInt(now - 3_500_000) * 1_000_000n, rnd))
  traces.sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? 1 : -1))
  const logs = traces
    .flatMap(trace => trace.logs)
    .sort((a, b) => (BigInt(a.timeUnixNano) < BigInt(b.timeUnixNano) ? 1 : -1))
  return { traces, logs, resources: world.resources, scopes: world.scopes }
}

export const rowOf = ({
  traceId,
  root,
  startTimeUnixNano,
  durationNano,
  spanCount,
  errorCount,
  services,
}: TraceAnswer): TraceRow => ({
  traceId,
  root,
  startTimeUnixNano,
  durationNano,
  spanCount,
  errorCount,
  services,
})

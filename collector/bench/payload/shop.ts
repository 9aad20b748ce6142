/**
 * The world that the payload comes from: eight services, what they are called and what they do.
 */
import { constant, type Attribute } from './attribute.ts'

/** Each service with the nouns of its four routes. */
const NOUNS = {
  storefront: ['offers', 'search', 'products', 'banners'],
  catalog: ['items', 'brands', 'prices', 'reviews'],
  cart: ['carts', 'lines', 'coupons', 'wishes'],
  checkout: ['orders', 'quotes', 'taxes', 'receipts'],
  payment: ['charges', 'refunds', 'cards', 'payouts'],
  shipping: ['parcels', 'labels', 'depots', 'routes'],
  account: ['users', 'logins', 'sessions', 'consents'],
  mailer: ['mails', 'bounces', 'lists', 'drafts'],
} as const

export const SERVICES = Object.keys(NOUNS)

export const USERS = 100_000

/** 14 attributes a resource, as a Node service under an SDK has them. */
export const RESOURCES: readonly (readonly Attribute[])[] = SERVICES.map((service, i) => [
  constant('service.name', service),
  constant('service.version', `2.${i}.1`),
  constant('service.namespace', 'shop'),
  constant('service.instance.id', `0b5c1e4${i}-7d0a-4c7e-9a51-3f60d2c8e71${i}`),
  constant('deployment.environment.name', 'production'),
  constant('host.name', `node-${i % 3}.shop.internal`),
  constant('host.arch', 'amd64'),
  constant('os.type', 'linux'),
  constant('process.pid', 4000 + i * 17),
  constant('process.runtime.name', 'nodejs'),
  constant('process.runtime.version', '24.11.0'),
  constant('telemetry.sdk.name', 'opentelemetry'),
  constant('telemetry.sdk.language', 'nodejs'),
  constant('telemetry.sdk.version', '3.1.0'),
])

export interface Route {
  readonly name: string
  readonly method: Attribute
  readonly route: Attribute
  /** The path up to its random part. */
  readonly path: string
}

const METHODS = ['GET', 'GET', 'POST', 'PUT'] as const

/** Four routes a service. */
export const ROUTES: readonly (readonly Route[])[] = Object.values(NOUNS).map(nouns =>
  nouns.map((noun, i) => {
    const method = METHODS[i]!
    return {
      name: `${method} /${noun}/:id`,
      method: constant('http.request.method', method),
      route: constant('http.route', `/${noun}/:id`),
      path: `/${noun}/`,
    }
  }),
)

export const SERVER_ADDRESSES = SERVICES.map(service => constant('server.address', service))
export const SERVER_PORT = constant('server.port', 8080)
export const SCHEME = constant('url.scheme', 'http')
export const REGION = constant('app.region', 'eu-1')
export const USER_AGENTS = ['Shop/5.2', 'Shop/5.1', 'Mozilla/5.0'].map(agent =>
  constant('user_agent.original', agent),
)
export const CLIENTS = Array.from({ length: 250 }, (_, i) => constant('client.address', `10.0.4.${i + 1}`))
export const OK = constant('http.response.status_code', 200)
export const FAILED = constant('http.response.status_code', 500)

export interface Step {
  readonly name: string
  readonly attributes: readonly Attribute[]
}

export const STEPS: readonly Step[] = ['price cart', 'check stock', 'render page', 'sign order'].map(
  name => ({
    name,
    attributes: [constant('code.function.name', name.replace(' ', '_')), constant('app.tier', 'core')],
  }),
)

export const DATABASE: Step = {
  name: 'SELECT orders',
  attributes: [
    constant('db.system.name', 'postgresql'),
    constant('db.namespace', 'shop'),
    constant('db.operation.name', 'SELECT'),
    constant('db.collection.name', 'orders'),
    constant('db.query.text', 'SELECT id, state, total FROM orders WHERE id = $1'),
    constant('server.address', 'db-1'),
    constant('server.port', 5432),
  ],
}

/** The five of a client span's attributes that never change. */
export const PROVIDER: Step = {
  name: 'POST',
  attributes: [
    constant('http.request.method', 'POST'),
    constant('server.address', 'pay.example'),
    constant('server.port', 443),
    constant('url.scheme', 'https'),
    constant('peer.service', 'pay'),
  ],
}

export const EXCEPTION: readonly Attribute[] = [
  constant('exception.type', 'TimeoutError'),
  constant('exception.message', 'no answer within 2000 ms'),
  constant(
    'exception.stacktrace',
    'TimeoutError: no answer within 2000 ms\n    at Pool.acquire (/app/lib/pool.js:88:13)\n    at async load (/app/lib/orders.js:41:20)',
  ),
]

export interface LogTemplate {
  readonly severityNumber: number
  readonly severityText: string
  readonly logger: Attribute
  readonly thread: Attribute
  text(number: (bound: number) => number): string
}

/** Six templates of about 48 bytes each when their numbers are filled in. */
export const LOG_TEMPLATES: readonly LogTemplate[] = [
  template(9, 'INFO', 'http', n => `request completed with status 200 in ${n(10_000)} ms`),
  template(9, 'INFO', 'orders', n => `order ${n(1e7)} accepted with ${n(20)} items in the cart`),
  template(9, 'INFO', 'payment', n => `charged ${n(100_000)} cents for order ${n(1e7)} at try ${n(3)}`),
  template(5, 'DEBUG', 'cache', n => `cache miss for product ${n(1e6)}, loaded in ${n(1000)} ms`),
  template(13, 'WARN', 'stock', n => `stock of product ${n(1e6)} is low, only ${n(10)} left now`),
  template(17, 'ERROR', 'pool', n => `no connection within ${n(5000)} ms, ${n(100)} callers waiting`),
]

function template(
  severityNumber: number,
  severityText: string,
  logger: string,
  text: LogTemplate['text'],
): LogTemplate {
  return {
    severityNumber,
    severityText,
    logger: constant('logger.name', logger),
    thread: constant('thread.id', 1 + (severityNumber % 4)),
    text,
  }
}

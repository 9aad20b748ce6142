/**
 * The shop's processes, and the environment by which each of them finds the others. A service
 * reads `PORT`, `HOST`, `DATA_FOLDER` and the `…_URL` of those it calls, and nothing else; so the
 * same code runs here and in the containers of docker-compose.yml.
 */
export interface Service {
  readonly name: string
  /** Beside this module. */
  readonly file: string
  /** Acme is somebody else's: it runs without the agent. */
  readonly instrumented: boolean
}

export const SERVICES: readonly Service[] = [
  { name: 'acme', file: 'acme.ts', instrumented: false },
  { name: 'payment', file: 'payment.cjs', instrumented: true },
  { name: 'catalog', file: 'catalog.cjs', instrumented: true },
  { name: 'cart', file: 'cart.ts', instrumented: true },
  { name: 'mailer', file: 'mailer.ts', instrumented: true },
  { name: 'checkout', file: 'checkout.cjs', instrumented: true },
  { name: 'gateway', file: 'gateway.ts', instrumented: true },
]

/** `CART_URL`, `CATALOG_URL` and so on, for services that listen on the loopback. */
export function addresses(ports: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries(
    [...ports].map(([name, port]) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${port}`]),
  )
}

/** What the agent reads; telemetry leaves every half second, so that a demo feels alive. */
export function agentEnvironment(service: string, collectorUrl: string): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,deployment.environment.name=demo',
    OTEL_BSP_SCHEDULE_DELAY: '500',
    OTEL_BLRP_SCHEDULE_DELAY: '500',
  }
}

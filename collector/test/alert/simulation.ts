/** An alert engine with its catalogue on disk, a clock that is turned by hand, and receivers that answer as told. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlertCatalogue } from '../../src/alert/catalogue.ts'
import { AlertEngine, type EngineParts } from '../../src/alert/engine.ts'
import type { Labels } from '../../src/alert/labels.ts'
import { receiverSchema, routeSchema, type Routing } from '../../src/alert/receivers.ts'
import type { Finding, Rule } from '../../src/alert/rule.ts'
import type { Answer, Attempt } from '../../src/alert/transport.ts'
import { millis, unixMillis, type Clock } from '../../src/model/time.ts'
import type { Verdict } from '../../src/slo/burn.ts'

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000

export class HandClock implements Clock {
  wall = Date.UTC(2026, 0, 1)
  steady = 0
  now = () => unixMillis(this.wall)
  monotonic = () => millis(this.steady)
  pass(by: number): void {
    this.wall += by
    this.steady += by
  }
}

export interface Sent {
  readonly at: number
  readonly receiver: string
  readonly id: string
  readonly body: string
  readonly message: {
    readonly status: string
    readonly notification_reason: string
    readonly truncatedAlerts: number
    readonly alerts: readonly {
      readonly status: string
      readonly labels: Labels
      readonly annotations: Labels
      readonly sequence: number
      readonly startsAt: string
      readonly endsAt: string
    }[]
  }
}

export class Simulation {
  readonly clock = new HandClock()
  /** In memory where there is such a folder: that a commit is durable is for other tests. */
  readonly folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hodoscope-alert-'))
  catalogue = new AlertCatalogue(this.path)
  /** What burns: alertname by verdict. */
  readonly verdicts = new Map<string, Verdict>()
  timing = { forMillis: millis(0), keepFiringMillis: millis(0) }
  routing: Routing = { receivers: [receiver('hook')], routes: [] }
  /** How a receiver answers, by its name. */
  answer: (receiver: string) => Answer = () => ({ status: 200, retryAfter: undefined })
  readonly sent: Sent[] = []
  engine: AlertEngine
  readonly #more: Partial<EngineParts>

  constructor(more: Partial<EngineParts> = {}) {
    this.#more = more
    this.engine = this.#start()
  }

  get path(): string {
    return join(this.folder, 'catalogue.db')
  }

  #start(): AlertEngine {
    return new AlertEngine({
      catalogue: this.catalogue,
      clock: this.clock,
      transport: attempt => Promise.resolve(this.#receive(attempt)),
      random: () => 0.5,
      externalUrl: 'http://hodoscope.test',
      rules: () => [this.#rule()],
      routing: () => this.routing,
      ...this.#more,
    })
  }

  #receive({ url, headers, body }: Attempt): Answer {
    const receiver = new URL(url).hostname.split('.')[0]!
    const answer = this.answer(receiver)
    if ('status' in answer && answer.status < 300)
      this.sent.push({
        at: this.clock.wall,
        receiver,
        id: headers['webhook-id']!,
        body,
        message: JSON.parse(body) as Sent['message'],
      })
    return answer
  }

  #rule(): Rule {
    return {
      id: 'rule',
      timing: this.timing,
      link: '/slos/pay',
      evaluate: () =>
        [...this.verdicts].map(([name, verdict]): Finding => ({
          labels: labelsOf(name),
          verdict,
          annotations: { value: 'x' },
        })),
    }
  }

  /** Ticks every second. */
  async pass(by: number, step = SECOND): Promise<void> {
    for (let passed = 0; passed < by; passed += step) {
      this.engine.tick()
      await this.engine.idle()
      this.clock.pass(step)
    }
  }

  /** As after `kill -9` and a start `by` later. */
  restart(by = 0): void {
    this.catalogue.close()
    this.clock.pass(by)
    this.clock.steady = 0
    this.catalogue = new AlertCatalogue(this.path)
    this.engine = this.#start()
  }

  states(): Record<string, string> {
    return Object.fromEntries(
      this.engine.active.map(({ labels, state }) => [labels['alertname']!, state.state]),
    )
  }

  end(): void {
    this.catalogue.close()
    rmSync(this.folder, { recursive: true })
  }
}

/** `pay@page#team=x`: alertname, severity, further label. */
export function labelsOf(name: string): Labels {
  const [, alertname, severity = 'page', slo] = /^([^@#]+)(?:@([^#]+))?(?:#(.+))?$/.exec(name)!
  return { alertname: alertname!, severity, slo: slo ?? alertname! }
}

export const receiver = (name: string, more: object = {}) =>
  receiverSchema.parse({ name, url: `http://${name}.test/`, ...more })
export const route = (more: object) => routeSchema.parse(more)
export const ok: Answer = { status: 200, retryAfter: undefined }
export const down: Answer = { failure: 'ECONNREFUSED' }

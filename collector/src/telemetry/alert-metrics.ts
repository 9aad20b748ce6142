/** Whether alerts are evaluated, as metrics; read when they are scraped. */
import { Counter, Gauge, type Registry } from 'prom-client'

export interface AlertFigures {
  /** As in `/api/status`. */
  readonly state: 'unused' | 'starting' | 'running' | 'stalled' | 'down'
  readonly restarts: number
}

export function exposeAlertMetrics(registry: Registry, figures: () => AlertFigures): void {
  registry.registerMetric(
    new Gauge({
      name: 'hodoscope_alerts_down',
      help: '1 while alerts are in use and nothing evaluates them.',
      registers: [],
      collect() {
        this.set(['unused', 'running'].includes(figures().state) ? 0 : 1)
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'hodoscope_alerts_restarts_total',
      help: 'How often the thread of alerts has died and was started again.',
      registers: [],
      collect() {
        this.reset()
        this.inc(figures().restarts)
      },
    }),
  )
}

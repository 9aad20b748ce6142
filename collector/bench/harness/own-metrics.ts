/**
 * What the collector says of itself under load: that nothing fell between its counters, and how
 * long its busiest thread kept everybody waiting.
 */
import { Connection, getMessage } from './connection.ts'
import type { Figure } from './figure.ts'

/** Sums of its metrics by name, over all labels. */
export type OwnMetrics = (name: string) => number

export async function ownMetrics(port: number): Promise<OwnMetrics> {
  const connection = await Connection.open(port)
  const { body } = await connection.request(getMessage(port, '/metrics'))
  connection.close()
  const text = body.toString()
  return name => {
    const values = [...text.matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)$`, 'gm'))]
    return values.reduce((sum, [, value]) => sum + Number(value), 0)
  }
}

/** O7: received = stored + rejected + refused, to the item. */
export function balanceFigure(metrics: OwnMetrics): Figure {
  const [received, stored, rejected, refused] = ['received', 'stored', 'rejected', 'refused'].map(what =>
    metrics(`hodoscope_ingest_${what}_items_total`),
  )
  return {
    name: 'received less stored, rejected and refused',
    value: Math.abs(received! - stored! - rejected! - refused!),
    unit: 'items',
    bar: { atMost: 0 },
  }
}

/** O4, since the metrics were read the last time. */
export const turnFigures = (metrics: OwnMetrics, when = ''): Figure[] => [
  {
    name: `slowest turn of the event loop${when}`,
    value: metrics('nodejs_eventloop_lag_max_seconds') * 1000,
    unit: 'ms',
    bar: { atMost: 250 },
  },
  {
    name: `p99 of the event loop${when}`,
    value: metrics('nodejs_eventloop_lag_p99_seconds') * 1000,
    unit: 'ms',
    bar: { atMost: 50 },
  },
]

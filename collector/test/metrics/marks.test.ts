/** What a request left on metrics is shown with everything else that carries its id. */
import { expect, it } from 'vitest'
import { correlation } from '../../src/query/correlations.ts'
import { decodeRequest } from '../../src/decode/request.ts'
import { patient } from '../conformance/scene.ts'
import { snapshotOf } from '../query/snapshot.ts'
import { exemplar, gauge, metricsRequest, numberPoint } from './otlp.ts'

const T = 1_700_000_000_000
const TRACE = '5b8efff798038103d269b633813fc60c'
const SPAN = 'eee19b7ec3c1b174'

it('a trace id finds the metrics whose exemplars carry it', async () => {
  const exemplars = [exemplar({ time: T - 1, value: NaN, traceId: TRACE, spanId: SPAN })]
  const body = metricsRequest([gauge('latency', [numberPoint({ time: T, value: 1, exemplars })])])
  const { request } = decodeRequest('metrics', 'protobuf', new Uint8Array(body))
  const snapshot = await snapshotOf({ signal: 'metrics', request: request! })
  expect(correlation(snapshot, { id: TRACE.toUpperCase() }, patient).metrics).toEqual([
    {
      labels: { __name__: 'latency', instance: 'i-1', job: 'shop' },
      exemplars: [{ traceId: TRACE, spanId: SPAN, timeUnixMillis: T - 1, value: 'NaN' }],
    },
  ])
  expect(correlation(snapshot, { id: 'f'.repeat(32) }, patient).metrics).toEqual([])
})

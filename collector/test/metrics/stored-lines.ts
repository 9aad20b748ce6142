/** Metrics requests as tests send them, and what is stored of them, in lines. */
import { labelsOf } from '../../src/decode/series/label-bytes.ts'
import { OtlpWalk } from '../../src/decode/series/otlp-walk.ts'
import { decodeRequest, type Decoded } from '../../src/decode/request.ts'
import { metricsRequest } from './otlp.ts'

/** When everything happens, Unix milliseconds. */
export const T = 1_700_000_000_000

export const decode = (...metrics: Uint8Array[]): Decoded =>
  decodeRequest('metrics', 'protobuf', new Uint8Array(metricsRequest(metrics)))
export const fromJson = (metrics: unknown[]): Decoded =>
  decodeRequest('metrics', 'json', Buffer.from(JSON.stringify(jsonRequest(metrics))))
const jsonRequest = (metrics: unknown[]): object => ({
  resourceMetrics: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'shop' } },
          { key: 'service.instance.id', value: { stringValue: 'i-1' } },
        ],
      },
      scopeMetrics: [{ metrics }],
    },
  ],
})

/** What a request is stored as, in lines: `name{labels} time value`, then `from start` of what began at 0 there, else `told of start`. */
export function stored({ request }: Decoded, resourceLabels: readonly string[] = []): string[] {
  const lines: string[] = []
  const names: string[] = []
  const name = (bytes: Uint8Array, start: number, end: number): string => {
    const labels = labelsOf(bytes, start, end)
    const others = labels.filter(([label]) => label !== '__name__' && label !== 'job' && label !== 'instance')
    return `${labels.find(([label]) => label === '__name__')![1]}{${others.map(label => label.join('=')).join(',')}}`
  }
  const walk = new OtlpWalk(
    {
      series: (bytes, start, end) => names.push(name(bytes, start, end)) - 1,
      sample: (series, time, value, stale, start) =>
        void lines.push(
          `${names[series]} ${time - T} ${stale ? 'stale' : Object.is(value, -0) ? '-0' : value}${startText(start)}`,
        ),
      histogram: (series, time, encoding, bytes, from, to) =>
        void lines.push(`${names[series]} ${time - T} ${encoding} ${to - from} bytes`),
      exemplar: (series, time, value, labels) =>
        void lines.push(
          `${names[series]} ${time - T} ${value} # ${labelsOf(labels, 0, labels.length)
            .map(l => l.join('='))
            .join(',')}`,
        ),
      metadata: () => {},
    },
    { resourceLabels },
  )
  if (request !== undefined) walk.walk(request.body)
  return lines
}

const startText = (start: number): string =>
  start === 0 ? '' : start > 0 ? ` from ${start - T}` : ` told of ${-start - T}`

/** Stored lines, or the reason why the one point is rejected. */
export const outcome = (decoded: Decoded): string | string[] =>
  decoded.rejected > 0
    ? `${decoded.rejected} of ${decoded.rejected + (decoded.request?.items ?? 0)}: ${decoded.message}`
    : stored(decoded)

/** Durations of generated telemetry over time, and what the stand-in says sets a part of them apart. */
import type { ExplainAnswer, HeatMapAnswer, TraceAnswer } from '../../collector/src/serve/api-types.ts'
import { WHOLE } from './fixture-answers.ts'

const ROWS_A_DOUBLING = 2

export function heatMapOf(query: URLSearchParams, traces: readonly TraceAnswer[]): HeatMapAnswer {
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))]
  const columns = Number(query.get('columns') ?? 60)
  const width = (to - from) / columns
  const spans = traces.flatMap(trace => trace.spans)
  const rowOf = (nano: number): number => Math.floor(ROWS_A_DOUBLING * Math.log2(Math.max(1_024, nano)))
  const rows = spans.map(({ durationNano }) => rowOf(durationNano))
  const first = Math.min(...rows)
  const last = Math.max(...rows)
  const cells = new Map<number, [number, number, number, number]>()
  for (const [i, { startTimeUnixNano, status }] of spans.entries()) {
    const column = Math.floor((Number(BigInt(startTimeUnixNano) / 1_000_000n) - from) / width)
    if (column < 0 || column >= columns) continue
    const row = rows[i]! - first
    const cell = cells.get(column * 1_000 + row) ?? [column, row, 0, 0]
    cells.set(column * 1_000 + row, [column, row, cell[2] + 1, cell[3] + Number(status === 'error')])
  }
  return {
    fromUnixNano: String(BigInt(Math.round(from)) * 1_000_000n),
    widthNano: Math.round(width * 1e6),
    boundsNano:
      spans.length === 0
        ? []
        : Array.from({ length: last - first + 2 }, (_, i) =>
            Math.round(2 ** ((first + i) / ROWS_A_DOUBLING)),
          ),
    cells: [...cells.values()],
    ...WHOLE,
  }
}

const DIFFERENCES = [
  ['http.response.status_code', '500', 0.98, 0.01],
  [
    'exception.type',
    'a.type.with.a.name.that.never.ends.and.goes.on.and.on.until.it.is.cut.PaymentError',
    0.91,
    0,
  ],
  ['<img src=x onerror="document.title=\'owned\'">', '"><script>document.title="owned"</script>', 0.5, 0.1],
  ['service', 'payment', 1, 0.55],
] as const

export const explainOf = (traces: readonly TraceAnswer[]): ExplainAnswer => ({
  selectedCount: 412,
  restCount: 8_588,
  compared: {
    fromUnixNano: traces.at(-1)?.startTimeUnixNano ?? '0',
    toUnixNano: traces[0]?.startTimeUnixNano ?? '0',
    selectedCount: 200,
    restCount: 4_000,
  },
  differences: DIFFERENCES.map(([key, value, selectedShare, restShare]) => ({
    key,
    value,
    selected: Math.round(selectedShare * 200),
    rest: Math.round(restShare * 4_000),
    selectedShare,
    restShare,
  })),
  ...WHOLE,
})

/**
 * Two backends, the same records, the same questions: the answers must be the same.
 *
 * Ordinals are each backend's own, so they are left out; their order is not, for it shows in the
 * order of the lists.
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Filter } from '../../src/filter/ast.ts'
import type { LogSearch, Snapshot, TimeRange, TraceSearch } from '../../src/store/api.ts'
import { batchesOf, filter, KEYS_IN_USE } from './generate.ts'
import { metricQuestions } from './metric-questions.ts'
import { requestOf, type Batch } from './request.ts'
import { patient, Scene } from './scene.ts'
import type { Backend, OpenBackend } from './suite.ts'
import { plainOutline, wholeTrace } from '../query/whole-trace.ts'

export interface Differential {
  readonly oracle: OpenBackend
  readonly backend: OpenBackend
  /** Sets of records; for each, `filtersEach` filters are asked, and each filter some of the questions in turn. */
  readonly cases: number
  readonly filtersEach?: number
  /** Repeats a run whose seed was printed. */
  readonly seed?: number
}

/**
 * All cases share one store of each backend, a day apart. Half of the records of a case are drained
 * before the rest is written, so that answers are put together from blocks and journal.
 */
export async function compareBackends(options: Differential): Promise<void> {
  const { cases, filtersEach = 20, seed = Date.now() % 2 ** 31 } = options
  const [oracle, backend] = await Promise.all([options.oracle(), options.backend()])
  console.log(`comparing backends: ${cases * filtersEach} cases, seed ${seed}`)
  try {
    for (let n = 0; n < cases; n++) {
      const scene = new Scene(n)
      const [batches] = fc.sample(batchesOf(scene), { seed: seed + n, numRuns: 1 })
      const filters = fc.sample(filter, { seed: seed + n, numRuns: filtersEach })
      await write(oracle, batches!)
      await write(backend, batches!)
      compareAnswers(oracle, backend, scene, filters, `case ${n}, seed ${seed}`)
    }
  } finally {
    await Promise.all([oracle.close(), backend.close()])
  }
}

async function write(to: Backend, batches: readonly Batch[]): Promise<void> {
  const half = Math.floor(batches.length / 2)
  for (const [n, batch] of batches.entries()) {
    await to.writer.append(requestOf(batch))
    if (n === half) await to.writer.drain()
  }
}

/** Asks both about the day of a scene: every question that takes no filter, and with each filter a share of the others. */
export function compareAnswers(
  oracle: Pick<Backend, 'reader'>,
  backend: Pick<Backend, 'reader'>,
  scene: Scene,
  filters: readonly Filter[],
  where: string,
): void {
  const readers = [oracle.reader(), backend.reader()] as const
  const [expected, actual] = [readers[0].snapshot(), readers[1].snapshot()]
  const compare = (what: string, question: (snapshot: Snapshot) => unknown): void =>
    expect(bare(question(actual)), `${where}: ${what}`).toEqual(bare(question(expected)))
  try {
    for (const [what, question] of questionsOn(scene)) compare(what, question)
    for (const [n, tree] of filters.entries())
      for (const [q, [what, question]] of [...questionsBy(scene, tree)].entries())
        if (q % SHARE === n % SHARE) compare(`${what} ${JSON.stringify(tree)}`, question)
  } finally {
    for (const snapshot of [expected, actual]) snapshot.release()
    for (const reader of readers) reader.close()
  }
}

/** One filter is asked every so many questions: other filters bring other cases, further questions hardly. */
const SHARE = 4

type Question = readonly [what: string, ask: (snapshot: Snapshot) => unknown]

function* questionsBy(scene: Scene, tree: Filter): Generator<Question> {
  for (const range of [scene.day, scene.range(1, 4)]) {
    for (const sort of ['newest', 'slowest'] as const)
      for (const limit of [2, 100])
        yield [
          `traces ${sort} by ${limit}`,
          snapshot => pagedTraces(snapshot, { filter: tree, range, sort, limit }),
        ]
    for (const order of ['newest', 'oldest'] as const)
      for (const limit of [3, 100])
        yield [
          `logs ${order} by ${limit}`,
          snapshot => pagedLogs(snapshot, { filter: tree, range, order, limit }),
        ]
    for (const signal of ['traces', 'logs'] as const)
      yield [`histogram of ${signal}`, s => s.histogram({ signal, filter: tree, range, buckets: 7 }, patient)]
    for (const [signal, key] of [
      ['logs', 'severity'],
      ['traces', 'name'],
      ['logs', 'k'],
    ] as const)
      yield [
        `${key} of ${signal}`,
        s => s.attributeValues({ signal, key, range, prefix: '', limit: 5, filter: tree }, patient),
      ]
    yield ['exemplar spans', s => s.exemplarSpans({ filter: tree, range, columns: 3 }, patient)]
    yield ['heat map', s => s.heatMap({ filter: tree, range, columns: 5 }, patient)]
    yield ['span statistics', snapshot => statsOf(snapshot, tree, range)]
  }
}

function* questionsOn(scene: Scene): Generator<Question> {
  for (let n = 1; n <= 9; n++) {
    const id = scene.traceId(n)
    yield [`trace ${n}`, snapshot => wholeTrace(snapshot, id, 10, patient)]
    yield [`outline of trace ${n}`, snapshot => plainOutline(snapshot.traceOutline(id, patient))]
    yield [`logs of trace ${n}`, snapshot => snapshot.traceLogs(id, 3, patient)]
    yield [`summary of trace ${n}`, snapshot => snapshot.traceSummary(id, patient)]
  }
  for (let n = 1; n <= 12; n++)
    yield [`traces of span ${n}`, snapshot => snapshot.tracesOfSpan(scene.spanId(n), 3, patient)]
  for (const signal of ['traces', 'logs'] as const)
    for (const prefix of ['', 'h', 'se', 'a'])
      for (const limit of [2, 100]) {
        const query = { signal, range: scene.range(0, 5), prefix, limit }
        yield [`keys ${signal} ${prefix}`, snapshot => snapshot.attributeKeys(query, patient)]
        for (const key of [...KEYS_IN_USE, 'service', 'name', 'kind', 'status', 'severity'])
          yield [`values ${key} ${signal} ${prefix}`, s => s.attributeValues({ ...query, key }, patient)]
      }
  for (const value of ['a', '7', 'absent'])
    yield [`correlated by ${value}`, snapshot => snapshot.correlated(value, 5, patient)]
  yield ['extent', snapshot => snapshot.extent()]
  yield* metricQuestions(scene)
}

function pagedTraces(snapshot: Snapshot, query: TraceSearch): unknown[] {
  const hits: unknown[] = []
  let after: TraceSearch['after'] | undefined
  for (;;) {
    const answer = snapshot.searchTraces({ ...query, ...(after === undefined ? {} : { after }) }, patient)
    hits.push(...answer.hits)
    const last = answer.hits.at(-1)
    if (!answer.more || last === undefined) return hits
    expect(hits.length, 'pages end').toBeLessThan(10_000)
    after = { key: last.key, traceId: last.summary.traceId }
  }
}

function pagedLogs(snapshot: Snapshot, query: LogSearch): unknown[] {
  const found: unknown[] = []
  let after: LogSearch['after'] | undefined
  for (;;) {
    const answer = snapshot.searchLogs({ ...query, ...(after === undefined ? {} : { after }) }, patient)
    found.push(...answer.logs)
    const last = answer.logs.at(-1)
    if (!answer.more || last === undefined) return found
    expect(found.length, 'pages end').toBeLessThan(10_000)
    after = { time: last.timeUnixNano, ordinal: last.ordinal }
  }
}

function statsOf(snapshot: Snapshot, tree: Filter, range: TimeRange): unknown {
  return snapshot
    .spanStats({ filter: tree, range }, patient)
    .map(({ durations, ...row }) => ({
      ...row,
      quantiles: [0, 0.5, 0.95, 1].map(q => durations.quantile(q)),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Without ordinals, and with byte arrays of either kind as plain ones. */
function bare(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(bare)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (key === 'ordinal' ? [] : [[key, bare(entry)]])),
  )
}

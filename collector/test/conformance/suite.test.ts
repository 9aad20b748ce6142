/**
 * The suite itself is held to something: a backend with a planted fault must fail a check.
 */
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/store/api.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { requestOf } from './request.ts'
import { Scene } from './scene.ts'
import { SHARED } from './suite.ts'

type Questions = Omit<Snapshot, 'partial' | 'release'>
type Fault = {
  [Name in keyof Questions]?: (
    real: Snapshot,
    ...args: Parameters<Questions[Name]>
  ) => ReturnType<Questions[Name]>
}

const later = (range: { from: bigint; to: bigint }) => ({ ...range, to: range.to + 1n }) as never

const FAULTS: Readonly<Record<string, Fault>> = {
  'ranges hold their end': {
    searchTraces: (real, query, cancel) => real.searchTraces({ ...query, range: later(query.range) }, cancel),
  },
  'logs in ranges hold their end': {
    searchLogs: (real, query, cancel) => real.searchLogs({ ...query, range: later(query.range) }, cancel),
  },
  'ties among traces the other way round': {
    searchTraces: (real, query, cancel) => {
      const { hits, more } = real.searchTraces(query, cancel)
      return {
        hits: hits.toSorted(
          (a, b) => Number(b.key - a.key) || (a.summary.traceId < b.summary.traceId ? -1 : 1),
        ),
        more,
      }
    },
  },
  'a page begins with the end of the page before': {
    searchLogs: (real, query, cancel) => {
      const after = query.after && {
        ...query.after,
        ordinal: { ...query.after.ordinal, row: query.after.ordinal.row + 1 },
      }
      return real.searchLogs(after === undefined ? query : { ...query, after }, cancel)
    },
  },
  'more is always told': {
    searchTraces: (real, query, cancel) => ({ ...real.searchTraces(query, cancel), more: true }),
  },
  'duplicates are counted in a trace': {
    traceOutline: (real, traceId, cancel) => {
      const outline = real.traceOutline(traceId, cancel)
      return outline && { ...outline, size: outline.size + 1 }
    },
  },
  'dropped counts are lost': {
    spansAt: (real, ...of) => real.spansAt(...of).map(span => span && { ...span, droppedEventsCount: 0 }),
  },
  'attributes are sorted': {
    spansAt: (real, ...of) =>
      real
        .spansAt(...of)
        .map(
          span =>
            span && { ...span, attributes: span.attributes.toSorted((a, b) => (a.key < b.key ? -1 : 1)) },
        ),
  },
  'the filter is forgotten by histograms': {
    histogram: (real, query, cancel) => real.histogram({ ...query, filter: { op: 'all' } }, cancel),
  },
  'entries are not told apart': {
    spanStats: (real, query, cancel) => real.spanStats(query, cancel).map(row => ({ ...row, entry: true })),
  },
  'trace ids by age': {
    tracesOfSpan: (real, spanId, limit, cancel) => real.tracesOfSpan(spanId, limit, cancel).toReversed(),
  },
  'values by text': {
    attributeValues: (real, query, cancel) =>
      real.attributeValues(query, cancel).toSorted((a, b) => (a.value < b.value ? -1 : 1)),
  },
  'keys without a limit': {
    attributeKeys: (real, query, cancel) => real.attributeKeys({ ...query, limit: 1e9 }, cancel),
  },
}

async function storeOfAll() {
  const store = new MemoryStore()
  const plays = SHARED.flatMap(([, checks]) => checks).map(({ caption, stage }, n) => ({
    caption,
    ...stage(new Scene(n)),
  }))
  for (const batch of plays.flatMap(play => play.given)) await store.append(requestOf(batch))
  return { plays, snapshot: store.reader().snapshot() }
}

function failures(plays: Awaited<ReturnType<typeof storeOfAll>>['plays'], snapshot: Snapshot): string[] {
  return plays.filter(play => !passes(play.then, snapshot)).map(play => play.caption)
}

function passes(check: (snapshot: Snapshot) => void, snapshot: Snapshot): boolean {
  try {
    check(snapshot)
    return true
  } catch {
    return false
  }
}

function withFault(real: Snapshot, fault: Fault): Snapshot {
  return new Proxy(real, {
    get: (_, name) => {
      const planted = fault[name as keyof Questions] as ((...args: unknown[]) => unknown) | undefined
      const own = Reflect.get(real, name) as unknown
      if (planted !== undefined) return (...args: unknown[]) => planted(real, ...args)
      return typeof own === 'function' ? (own.bind(real) as unknown) : own
    },
  })
}

describe('the conformance suite finds', async () => {
  const { plays, snapshot } = await storeOfAll()

  it('nothing in the oracle', () => {
    expect(failures(plays, snapshot)).toEqual([])
  })

  it.each(Object.entries(FAULTS))('%s', (_, fault) => {
    expect(failures(plays, withFault(snapshot, fault))).not.toEqual([])
  })
})

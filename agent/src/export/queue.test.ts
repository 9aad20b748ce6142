import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DropReason, Outcome, Priority } from './item.ts'
import { ExportQueue, type QueueSettings, type Waiting } from './queue.ts'
import { Room } from './room.ts'

const SETTINGS = { delayMillis: 100, maxBatchItems: 3, maxBatchBytes: 100 } satisfies QueueSettings
const SENT: Outcome = { kind: 'sent' }
const AWAY: Outcome = { kind: 'retry', reason: 'away' }

interface Record extends Waiting {
  readonly id: number
}

const record = (id: number, bytes = 10, priority: Priority = 'middle'): Record => ({ id, bytes, priority })

/** A queue whose sender answers as the test says, in turn; the last answer stays. */
function queueWith(answers: Outcome[], room = new Room(160), settings: QueueSettings = SETTINGS) {
  const batches: number[][] = []
  const told: [kind: string, items: number][] = []
  const dropped: [reason: DropReason, items: number][] = []
  const send = async (items: Record[]) => {
    batches.push(items.map(item => item.id))
    return answers.length > 1 ? answers.shift()! : answers[0]!
  }
  const watcher = {
    outcome: (outcome: Outcome, items: number) => void told.push([outcome.kind, items]),
    dropped: (reason: DropReason, items: number) => void dropped.push([reason, items]),
  }
  const queue = new ExportQueue<Record>(send, watcher, room, settings)
  return { queue, batches, told, dropped, room }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('sending', () => {
  it('a lone record leaves after the delay', async () => {
    const { queue, batches } = queueWith([SENT])
    queue.add(record(1))
    await vi.advanceTimersByTimeAsync(99)
    expect(batches).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(batches).toEqual([[1]])
  })

  it('a full batch leaves at once, and the rest after it in order', async () => {
    const { queue, batches } = queueWith([SENT])
    for (const id of [1, 2, 3, 4, 5, 6, 7]) queue.add(record(id))
    await vi.advanceTimersByTimeAsync(1)
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    await vi.advanceTimersByTimeAsync(100)
    expect(batches[2]).toEqual([7])
  })

  it('a batch is bounded in bytes, save for a single record', async () => {
    const { queue, batches } = queueWith([SENT], new Room(1000))
    for (const [id, bytes] of [
      [1, 60],
      [2, 60],
      [3, 300],
    ] as const)
      queue.add(record(id, bytes))
    await queue.flush()
    expect(batches).toEqual([[1], [2], [3]])
  })

  it('errors leave first, debug records last; a batch is in the order of arrival', async () => {
    const { queue, batches } = queueWith([SENT])
    const arrivals = ['low', 'middle', 'high', 'low', 'high'] as const
    arrivals.forEach((priority, i) => queue.add(record(i + 1, 10, priority)))
    await queue.flush()
    expect(batches).toEqual([
      [2, 3, 5],
      [1, 4],
    ])
  })
})

describe('failing', () => {
  it('what may be repeated is kept in order and tried again later and later', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { queue, batches, told } = queueWith([AWAY, AWAY, SENT])
    queue.add(record(1))
    await vi.advanceTimersByTimeAsync(100)
    queue.add(record(2))
    await vi.advanceTimersByTimeAsync(1000)
    await vi.advanceTimersByTimeAsync(1999)
    expect(batches).toEqual([[1], [1, 2]])
    await vi.advanceTimersByTimeAsync(1)
    expect(batches[2]).toEqual([1, 2])
    expect(told).toEqual([
      ['retry', 1],
      ['retry', 2],
      ['sent', 2],
    ])
    expect(queue.ledger.balance).toEqual({ created: 2, delivered: 2, dropped: {} })
  })

  it('new records do not hurry a collector that is away', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { queue, batches } = queueWith([AWAY, SENT])
    queue.add(record(1))
    await vi.advanceTimersByTimeAsync(100)
    for (let id = 2; id < 12; id++) queue.add(record(id))
    await vi.advanceTimersByTimeAsync(999)
    expect(batches).toEqual([[1]])
    await vi.advanceTimersByTimeAsync(1)
    expect(batches[1]).toEqual([1, 2, 3])
  })

  it('Retry-After holds, also where it is longer than any backoff', async () => {
    const { queue, batches } = queueWith([{ ...AWAY, afterMillis: 300_000 }, SENT])
    queue.add(record(1))
    await vi.advanceTimersByTimeAsync(100 + 299_900)
    expect(batches).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(batches).toEqual([[1], [1]])
  })

  it('what is too large is halved until it fits; a single record that does not is dropped', async () => {
    const tooLarge: Outcome = { kind: 'too-large', reason: '413' }
    const { queue, batches } = queueWith([tooLarge, tooLarge, SENT])
    for (const id of [1, 2, 3]) queue.add(record(id))
    expect(await queue.flush()).toBe(true)
    expect(batches).toEqual([[1, 2, 3], [1, 2], [1], [2, 3]])

    const single = queueWith([tooLarge])
    single.queue.add(record(1))
    expect(await single.queue.flush()).toBe(true)
    expect(single.queue.ledger.balance).toEqual({ created: 1, delivered: 0, dropped: { 'too large': 1 } })
  })

  it('what is refused is dropped and counted', async () => {
    const { queue, dropped } = queueWith([{ kind: 'refused', reason: '400' }, SENT])
    for (const id of [1, 2, 3, 4]) queue.add(record(id))
    expect(await queue.flush()).toBe(true)
    expect(dropped).toEqual([['refused', 3]])
    expect(queue.ledger.balance).toEqual({ created: 4, delivered: 1, dropped: { refused: 3 } })
  })

  it('what a collector rejects of a batch is counted apart', async () => {
    const { queue } = queueWith([{ kind: 'sent', rejected: 2, reason: 'no name' }])
    for (const id of [1, 2, 3]) queue.add(record(id))
    await queue.flush()
    expect(queue.ledger.balance).toEqual({ created: 3, delivered: 1, dropped: { 'partly refused': 2 } })
  })
})

describe('the room', () => {
  it('gives up the oldest of the lowest, whichever signal it is of; errors last', async () => {
    const room = new Room(160)
    const spans = queueWith([AWAY], room)
    const logs = queueWith([AWAY], room)
    spans.queue.add(record(1, 10, 'high'))
    for (let id = 2; id <= 8; id++) spans.queue.add(record(id))
    for (let id = 1; id <= 8; id++) logs.queue.add(record(id, 10, 'low'))
    spans.queue.add(record(9, 30))
    expect(logs.dropped).toEqual([['no room', 4]])
    expect(spans.dropped).toEqual([])

    for (let id = 10; id <= 40; id++) spans.queue.add(record(id, 10, 'high'))
    expect(logs.queue.size).toBe(0)
    expect(room.usedBytes).toBeLessThanOrEqual(160)
    const { created, dropped } = spans.queue.ledger.balance
    expect(created).toBe(spans.queue.size + dropped['no room']!)
  })

  it('holds what is on its way as well', async () => {
    const { queue, room } = queueWith([AWAY])
    for (let id = 1; id <= 40; id++) {
      queue.add(record(id))
      if (id % 7 === 0) await queue.flush()
      expect(room.usedBytes).toBeLessThanOrEqual(160)
    }
    const { created, delivered, dropped } = queue.ledger.balance
    expect(created).toBe(delivered + dropped['no room']! + queue.size)
  })

  it('is empty when everything is sent', async () => {
    const { queue, room } = queueWith([AWAY, { kind: 'too-large', reason: '413' }, SENT])
    for (let id = 1; id <= 9; id++) queue.add(record(id))
    await queue.flush()
    await queue.flush()
    expect([queue.size, room.usedBytes]).toEqual([0, 0])
  })
})

describe('an outage', () => {
  /** As large as a server span of a real service. */
  const SPAN_BYTES = 1200

  it('of 60 s at 200 spans a second costs none', async () => {
    const answers: Outcome[] = [AWAY]
    const { queue } = queueWith(answers, new Room(), { delayMillis: 500, maxBatchItems: 512 })
    for (let second = 0; second < 75; second++) {
      if (second === 60) answers[0] = SENT
      for (let i = 0; i < 200; i++) queue.add(record(second * 200 + i, SPAN_BYTES))
      await vi.advanceTimersByTimeAsync(1000)
    }
    await vi.advanceTimersByTimeAsync(60_000)
    expect(queue.ledger.balance).toEqual({ created: 15_000, delivered: 15_000, dropped: {} })
  })

  it('of 30 minutes at 1,000 spans a second keeps within the room and loses what is said to be lost', async () => {
    const { queue, room } = queueWith([AWAY], new Room(), { delayMillis: 500, maxBatchItems: 512 })
    for (let second = 0; second < 1800; second++) {
      for (let i = 0; i < 1000; i++) queue.add(record(i, SPAN_BYTES, i % 100 === 0 ? 'high' : 'middle'))
      if (second % 60 === 0) await vi.advanceTimersByTimeAsync(1000)
    }
    const { created, delivered, dropped } = queue.ledger.balance
    expect(room.usedBytes).toBeLessThanOrEqual(24 * 1024 * 1024)
    expect(created).toBe(1_800_000)
    expect(dropped).toEqual({ 'no room': created - delivered - queue.size })
    expect(queue.bytesAt('high')).toBe(18_000 * SPAN_BYTES)
  })

  it('a burst of 10,000 in one tick is delivered whole', async () => {
    const { queue, batches } = queueWith([SENT], new Room(), { delayMillis: 500, maxBatchItems: 512 })
    for (let id = 0; id < 10_000; id++) queue.add(record(id, SPAN_BYTES))
    await vi.advanceTimersByTimeAsync(600)
    expect(batches.flat()).toEqual(Array.from({ length: 10_000 }, (_, id) => id))
    expect(queue.ledger.balance).toEqual({ created: 10_000, delivered: 10_000, dropped: {} })
  })
})

describe('flush', () => {
  it('of an empty queue is done', async () => {
    expect(await queueWith([SENT]).queue.flush()).toBe(true)
  })

  it('waits for what is already on its way', async () => {
    let arrive!: (outcome: Outcome) => void
    const watcher = { outcome: () => {}, dropped: () => {} }
    const send = () => new Promise<Outcome>(resolve => (arrive = resolve))
    const queue = new ExportQueue<Record>(send, watcher, new Room(), SETTINGS)
    for (const id of [1, 2, 3]) queue.add(record(id))
    await vi.advanceTimersByTimeAsync(1)
    const flushed = vi.fn<(done: boolean) => void>()
    void queue.flush().then(flushed)
    await vi.advanceTimersByTimeAsync(10)
    expect(flushed).not.toHaveBeenCalled()
    arrive(SENT)
    await vi.advanceTimersByTimeAsync(1)
    expect(flushed).toHaveBeenCalledWith(true)
  })
})

describe('the end', () => {
  it('a closed queue counts what it leaves and what comes after', async () => {
    const { queue, room } = queueWith([SENT])
    queue.add(record(1))
    queue.close()
    queue.add(record(2))
    await vi.advanceTimersByTimeAsync(1000)
    expect(queue.ledger.balance).toEqual({ created: 2, delivered: 0, dropped: { exit: 2 } })
    expect(room.usedBytes).toBe(0)
  })

  it('the last batches begin with the one on its way, as it was', async () => {
    const never = () => new Promise<Outcome>(() => {})
    const queue = new ExportQueue<Record>(
      never,
      { outcome: () => {}, dropped: () => {} },
      new Room(),
      SETTINGS,
    )
    for (const id of [1, 2, 3, 4, 5]) queue.add(record(id))
    await vi.advanceTimersByTimeAsync(1)
    const last = queue.takeLast()
    expect(last.map(batch => batch.map(item => item.id))).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
    queue.settleLast(true, 3, '')
    queue.settleLast(false, 2, 'gone')
    expect(queue.ledger.balance).toEqual({ created: 5, delivered: 3, dropped: { exit: 2 } })
    expect(queue.ledger.open).toBe(0)
  })
})

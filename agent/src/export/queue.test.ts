import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ExportQueue, type Outcome, type QueueSettings } from './queue.ts'

const SETTINGS = {
  delayMillis: 100,
  maxBatchItems: 3,
  maxBatchBytes: 100,
  maxBytes: 160,
} satisfies QueueSettings
const SENT: Outcome = { kind: 'sent' }

/** A queue whose sender answers as the test says, in turn; the last answer stays. */
function queueWith(...answers: Outcome[]) {
  const batches: number[][] = []
  const outcomes: [kind: string, items: number][] = []
  const send = async (items: number[]) => {
    batches.push(items)
    return answers.length > 1 ? answers.shift()! : answers[0]!
  }
  const queue = new ExportQueue<number>(
    send,
    (outcome, items) => outcomes.push([outcome.kind, items]),
    SETTINGS,
  )
  return { queue, batches, outcomes }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('sending', () => {
  it('a lone item leaves after the delay', async () => {
    const { queue, batches } = queueWith(SENT)
    queue.add(1, 10)
    await vi.advanceTimersByTimeAsync(99)
    expect(batches).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(batches).toEqual([[1]])
  })

  it('a full batch leaves at once, and the rest after it in order', async () => {
    const { queue, batches } = queueWith(SENT)
    for (const item of [1, 2, 3, 4, 5, 6, 7]) queue.add(item, 10)
    await vi.advanceTimersByTimeAsync(1)
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    await vi.advanceTimersByTimeAsync(100)
    expect(batches[2]).toEqual([7])
  })

  it('a batch is bounded in bytes, save for a single item', async () => {
    const { queue, batches } = queueWith(SENT)
    queue.add(1, 60)
    queue.add(2, 60)
    await queue.flush()
    expect(batches).toEqual([[1], [2]])
  })
})

describe('failing', () => {
  it('what may be repeated is kept in order and tried again later and later', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const retry: Outcome = { kind: 'retry', reason: 'away' }
    const { queue, batches, outcomes } = queueWith(retry, retry, SENT)
    queue.add(1, 10)
    await vi.advanceTimersByTimeAsync(100)
    queue.add(2, 10)
    await vi.advanceTimersByTimeAsync(1000)
    await vi.advanceTimersByTimeAsync(1999)
    expect(batches).toEqual([[1], [1, 2]])
    await vi.advanceTimersByTimeAsync(1)
    expect(batches[2]).toEqual([1, 2])
    expect(outcomes).toEqual([
      ['retry', 1],
      ['retry', 2],
      ['sent', 2],
    ])
    expect([queue.size, queue.dropped]).toEqual([0, 0])
  })

  it('what is too large is halved until it fits; a single item that does not is dropped', async () => {
    const tooLarge: Outcome = { kind: 'too-large', reason: '413' }
    const { queue, batches } = queueWith(tooLarge, tooLarge, SENT)
    for (const item of [1, 2, 3]) queue.add(item, 10)
    expect(await queue.flush()).toBe(true)
    expect(batches).toEqual([[1, 2, 3], [1, 2], [1], [2, 3]])

    const single = queueWith(tooLarge)
    single.queue.add(1, 10)
    expect(await single.queue.flush()).toBe(true)
    expect(single.queue.dropped).toBe(1)
  })

  it('what is refused is dropped and counted', async () => {
    const { queue, outcomes } = queueWith({ kind: 'refused', reason: '400' }, SENT)
    for (const item of [1, 2, 3, 4]) queue.add(item, 10)
    expect(await queue.flush()).toBe(true)
    expect(outcomes).toEqual([
      ['refused', 3],
      ['sent', 1],
    ])
    expect(queue.dropped).toBe(3)
  })
})

describe('the bound', () => {
  it('drops the oldest and counts them: added = sent + dropped', async () => {
    const retry: Outcome = { kind: 'retry', reason: 'away' }
    const { queue, batches, outcomes } = queueWith(retry, SENT)
    for (let item = 1; item <= 40; item++) queue.add(item, 10)
    await queue.flush()
    await queue.flush()
    const sent = batches.slice(1).flat()
    expect(sent.at(-1)).toBe(40)
    expect(sent.length + queue.dropped).toBe(40)
    expect(sent.length * 10).toBeLessThanOrEqual(SETTINGS.maxBytes)
    expect(outcomes.filter(([kind]) => kind === 'refused').reduce((sum, [, items]) => sum + items, 0)).toBe(
      queue.dropped,
    )
  })
})

describe('flush', () => {
  it('of an empty queue is done', async () => {
    expect(await queueWith(SENT).queue.flush()).toBe(true)
  })

  it('waits for what is already on its way', async () => {
    let arrive!: (outcome: Outcome) => void
    const queue = new ExportQueue<number>(
      () => new Promise(resolve => (arrive = resolve)),
      () => {},
      SETTINGS,
    )
    for (const item of [1, 2, 3]) queue.add(item, 10)
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

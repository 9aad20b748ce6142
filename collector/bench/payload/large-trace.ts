/**
 * One trace of any size, as a job that calls a shop for each of its items would make it:
 *
 *   root ── batch (of 1,000) ── item (of 10) ── call
 *
 * What its spans say is what the payload's other spans say; ids, parents and times are its own.
 */
import { Random } from './random.ts'
import { payloadSpans, type PayloadSpan } from './spans.ts'
import type { TraceFrame } from './trace.ts'

const BATCH = 1000
const ITEM = 10
/** Nanoseconds from one span's start to the next one's. */
const STEP = 2_000

export function* largeTrace(seed: number, count: number): Generator<PayloadSpan> {
  const words = new Uint32Array(4 + 2 * count)
  new Random(seed, 4).fillWords(words)
  const ids = new Uint8Array(words.buffer)
  const trace: TraceFrame = { ids, start: 0, duration: count * STEP, services: [] }
  let index = 0
  for (const span of payloadSpans(seed, count, 1000)) {
    const start = index * STEP
    const end = start + Math.min(sizeOf(index, count), count - index) * STEP - 1
    yield { ...span, trace, index, parent: parentOf(index), start, end }
    index++
  }
}

/** -1 for the root. */
function parentOf(index: number): number {
  if (index === 0) return -1
  const behind = index - 1
  if (behind % BATCH === 0) return 0
  return behind % ITEM === 0 ? index - (behind % BATCH) : index - (behind % ITEM)
}

/** Spans of it and below it, save where the trace ends before. */
function sizeOf(index: number, count: number): number {
  if (index === 0) return count
  return (index - 1) % BATCH === 0 ? BATCH : (index - 1) % ITEM === 0 ? ITEM : 1
}

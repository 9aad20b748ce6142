/**
 * The frame of one trace: its ids, when it starts, how long it lasts, which services it visits.
 *
 * Spans and logs of one seed share it: trace number i has the same id and the same times in both.
 */
import { Random } from './random.ts'
import { SERVICES } from './shop.ts'

export const SPANS_PER_TRACE = 9
export const SERVICES_PER_TRACE = 5

export interface TraceFrame {
  /** 16 bytes of trace id, then 8 of each span's id. */
  readonly ids: Uint8Array
  /** Nanoseconds since the payload's start. */
  readonly start: number
  /** Nanoseconds. */
  readonly duration: number
  /** Indexes into SERVICES: who is visited first, second … */
  readonly services: readonly number[]
}

/** Traces without end, each a steady interval (with jitter) after the one before. */
export function* traceFrames(seed: number, tracesPerSecond: number): Generator<TraceFrame> {
  const random = new Random(seed, 1)
  const interval = 1e9 / tracesPerSecond
  for (let n = 0; ; n++) {
    const words = new Uint32Array(4 + 2 * SPANS_PER_TRACE)
    random.fillWords(words)
    const slow = random.unit()
    yield {
      ids: new Uint8Array(words.buffer),
      start: Math.floor((n + random.unit()) * interval),
      duration: Math.floor(2e6 + 80e6 * slow * slow * slow + 1e6 * random.unit()),
      services: visited(random),
    }
  }
}

/** Five of the eight; an odd step meets each service at most once. */
function visited(random: Random): number[] {
  const first = random.below(SERVICES.length)
  const step = 1 + 2 * random.below(SERVICES.length / 2)
  return Array.from({ length: SERVICES_PER_TRACE }, (_, i) => (first + i * step) % SERVICES.length)
}

export const traceIdHex = (frame: TraceFrame): string =>
  Buffer.from(frame.ids.subarray(0, 16)).toString('hex')

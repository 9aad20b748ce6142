/** Reads the journal more slowly than records come, and counts its commits where a test can see them. */
import type { OpenConsumer } from '../../src/store/api.ts'

export interface SlowConsumerOptions {
  readonly cells: SharedArrayBuffer
  readonly millisARecord: number
}

/** Places in the cells. */
export const TAKEN = 0
export const COMMITS = 1

const open: OpenConsumer = (options, from) => {
  const { cells, millisARecord } = options as SlowConsumerOptions
  const counts = new Int32Array(cells)
  const nobody = new Int32Array(new SharedArrayBuffer(4))
  let [taken, applied] = [from, from]
  return {
    get taken() {
      return taken
    },
    get applied() {
      return applied
    },
    take({ sequence }) {
      if (sequence <= taken) return
      Atomics.wait(nobody, 0, 0, millisARecord)
      taken = sequence
      Atomics.store(counts, TAKEN, sequence)
    },
    commit() {
      if (applied < taken) Atomics.add(counts, COMMITS, 1)
      applied = taken
    },
    settle() {},
    close() {},
  }
}
export default open

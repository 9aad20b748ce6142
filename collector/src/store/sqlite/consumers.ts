/**
 * Everything that reads the journal in sequence, as one: blocks, and what else was given. Each keeps
 * its own position; together they have taken and applied what the slowest of them has, and so a
 * record leaves the journal when all of them have passed it.
 */
import type { AcknowledgedRecord, RecordConsumer } from '../api.ts'
import type { BlockConsumer } from './consumer.ts'

export class Consumers {
  readonly blocks: BlockConsumer
  readonly #others: readonly RecordConsumer[]

  /** @param openers of the others; what is new begins behind the records that are in blocks */
  constructor(blocks: BlockConsumer, openers: readonly ((from: number) => RecordConsumer)[]) {
    this.blocks = blocks
    this.#others = openers.map(open => open(blocks.applied))
  }

  /** The next record to give is behind it. */
  get taken(): number {
    return this.#lowest(consumer => consumer.taken)
  }

  get applied(): number {
    return this.#lowest(consumer => consumer.applied)
  }

  #lowest(of: (consumer: Pick<RecordConsumer, 'taken' | 'applied'>) => number): number {
    return Math.min(of(this.blocks), ...this.#others.map(of))
  }

  get floor(): number {
    return Math.max(this.blocks.floor, ...this.#others.map(other => other.applied))
  }

  take(record: AcknowledgedRecord): void {
    this.blocks.take(record)
    for (const other of this.#others) other.take(record)
  }

  /** The others first: blocks may seal their partition, which takes a while. */
  tick(): void {
    this.#commit()
    this.blocks.tick()
  }

  /** Puts everything that was taken on stable storage. */
  flush(): void {
    this.#commit()
    this.blocks.flush()
  }

  /** Puts everything into its final place, as far as it is to go on. */
  stop(goOn: () => boolean): void {
    this.#commit()
    for (const other of this.#others) if (goOn()) other.settle()
    this.blocks.seal(goOn)
  }

  #commit(): void {
    for (const other of this.#others) other.commit()
  }

  /** Safe to call twice. */
  close(): void {
    this.blocks.close()
    for (const other of this.#others) other.close()
  }
}

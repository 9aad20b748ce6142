/**
 * Seals what is full and merges what is small, some work at a time, beside the consumption of the
 * journal: whatever becomes of a piece of work, its sources are complete partitions that answer.
 */
import { existsSync } from 'node:fs'
import type { Clock } from '../../model/time.ts'
import { failPoint } from '../../durable/fail-point.ts'
import type { SharedCells } from '../shared-cells.ts'
import { isDamage } from './damage.ts'
import { removeDatabase, sizeOf, type DataFolder } from './folder.ts'
import { planMerge, type MergeLimits } from './merge-plan.ts'
import type { SealedPartition } from './retention.ts'
import { sealing, unfinishedPath, type CompletePartition } from './seal.ts'

interface Job {
  readonly sources: readonly CompletePartition[]
  readonly work: Generator<number, void>
}

/** Neighbours that could not be merged are tried again after so long. */
const TRY_AGAIN_MILLIS = 3_600_000

export class Sealer {
  readonly #folder: DataFolder
  readonly #cells: SharedCells
  readonly #clock: Clock
  readonly #full: CompletePartition[] = []
  #job: Job | undefined
  #mergeAt = -Infinity

  constructor(folder: DataFolder, cells: SharedCells, clock: Clock) {
    this.#folder = folder
    this.#cells = cells
    this.#clock = clock
    for (const file of folder.partitions())
      if (!file.sealed && file.last !== undefined) this.add({ ...file, last: file.last })
  }

  /** Takes a partition that nothing more is written to. */
  add(partition: CompletePartition): void {
    this.#full.push(partition)
  }

  get busy(): boolean {
    return this.#job !== undefined || this.#full.length > 0
  }

  /** More is full than a stop has the time for: sealing comes before taking more. */
  get behind(): boolean {
    return this.#full.length > 1
  }

  /** Bytes of the file that is being made: what it is made of goes when it stands. */
  get unfinishedBytes(): number {
    const job = this.#job
    return job === undefined || !isMerge(job) ? 0 : sizeOf(unfinishedPath(job.sources, this.#folder))
  }

  /**
   * Begins a merge where one is worth it and nothing else is to do.
   * @param sealed in order of their sequences
   * @param freeBytes of the disk, which has to hold the merged file beside its sources
   */
  plan(sealed: readonly SealedPartition[], limits: MergeLimits, freeBytes: number): void {
    if (this.busy || this.#clock.monotonic() < this.#mergeAt) return
    const names = new Set(planMerge(sealed, limits))
    const bytes = sealed.reduce((sum, { name, bytes: own }) => sum + (names.has(name) ? own : 0), 0)
    if (bytes > freeBytes || names.size === 0) return
    const sources = this.#folder
      .partitions()
      .flatMap(file =>
        names.has(file.name) && file.last !== undefined ? [{ ...file, last: file.last }] : [],
      )
    const sealedAt = sealed.findLast(({ name }) => names.has(name))!.sealedAt!
    this.#job = { sources, work: sealing(sources, this.#folder, sealedAt) }
  }

  /** @param millis to work for at least, if there is so much to do; @throws what SQLite and the system throw */
  step(millis: number): void {
    const end = this.#clock.monotonic() + millis
    do this.#some()
    while (this.busy && this.#clock.monotonic() < end)
  }

  /** Seals what is full, and gives a merge up: a stop need not wait for it. @param goOn asked before each step */
  finish(goOn: () => boolean = () => true): void {
    if (this.#job !== undefined && isMerge(this.#job)) this.stop()
    while (this.busy && goOn()) this.#some()
  }

  /** Partitions that are full and not sealed. */
  get unsealed(): number {
    return this.#full.length + (this.#job === undefined || isMerge(this.#job) ? 0 : 1)
  }

  #some(): void {
    const job = (this.#job ??= this.#next())
    if (job === undefined) return
    try {
      if (job.work.next().done !== true) return
      this.#job = undefined
      this.#replace(job)
    } catch (error) {
      this.#job = undefined
      if (!isDamage(error)) throw error
      this.#meetDamage(job, (error as Error).message)
    }
  }

  #next(): Job | undefined {
    const partition = this.#full.shift()
    if (partition === undefined || !existsSync(partition.path)) return undefined
    return { sources: [partition], work: sealing([partition], this.#folder, this.#clock.now()) }
  }

  #replace({ sources }: Job): void {
    for (const { path } of sources) {
      removeDatabase(path)
      failPoint('seal.removed')
    }
    this.#cells.partitionsChanged()
  }

  /** Which of several it is, a check finds out. */
  #meetDamage({ sources }: Job, reason: string): void {
    this.#mergeAt = this.#clock.monotonic() + TRY_AGAIN_MILLIS
    if (sources.length > 1) return this.#cells.meetDamage()
    this.#folder.quarantine(sources[0]!.name, reason)
    this.#cells.partitionsChanged()
  }

  /** Gives up a merge of partitions that are about to go. */
  letGo(names: readonly string[]): void {
    if (this.#job?.sources.some(({ name }) => names.includes(name)) === true) this.stop()
  }

  /** Lets go of the files; what was not finished is begun anew another time. */
  stop(): void {
    this.#job?.work.return()
    if (this.#job !== undefined && !isMerge(this.#job)) this.#full.unshift(...this.#job.sources)
    this.#job = undefined
  }
}

const isMerge = ({ sources }: Job): boolean => sources[0]!.sealed

/**
 * Turns journal records into blocks: takes them in sequence, cuts a block when it is full or old,
 * and commits blocks together with the position they end at. So a crash at any point neither loses
 * nor doubles a record: whatever is behind the committed position is still in the journal.
 *
 * A block may end in the middle of a record, and spans and logs fill at their own pace: the
 * position is kept for each signal, in records and in rows of the next one.
 */
import { renameSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { Signal } from '../../model/telemetry.ts'
import { unixNano, type Clock, type Millis } from '../../model/time.ts'
import type { EncodedBlock } from '../columns/block.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { LogBlockBuilder } from '../columns/logs.ts'
import { SpanBlockBuilder } from '../columns/spans.ts'
import { SIGNALS } from '../journal/batch.ts'
import type { JournalRecord } from '../journal/journal.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { SeriesCutter, type EncodedSeries } from '../series/cutter.ts'
import { SeriesIntake } from '../series/intake.ts'
import type { SharedCells } from '../shared-cells.ts'
import { isDamage, PartitionDamaged } from './damage.ts'
import { openName, removeDatabase, syncFile, type DataFolder, type PartitionFile } from './folder.ts'
import { MAX_BLOCKS } from './lookup-index.ts'
import { PartitionReader } from './partition-reader.ts'
import { PartitionWriter, rowsDone, SET_SIZE, type Watermark, type Watermarks } from './partition-writer.ts'
import { putAsideFaulty } from './put-aside.ts'
import { Sealer } from './sealer.ts'

export interface ConsumerLimits {
  /** A block is cut after this long, however few rows it has. */
  readonly blockAge: Millis
  /** A partition is full after this long, or when it has this many bytes. */
  readonly partitionAge: Millis
  readonly openBytes: number
}

/** A block is cut when the journal had to keep this many bytes of records because of it. */
const MAX_HELD_BYTES = 64 * 1024 * 1024
/** A partition with more blocks than this is full: one record's blocks still find room. */
const FULL_BLOCKS = MAX_BLOCKS - 256
/** The same for the entries of its dictionary. */
const FULL_ENTRIES = SET_SIZE / 2

/** Samples that wait for their chunks: about 16 MB. */
const MAX_HEAD_SAMPLES = 500_000
/** What is cut at its own pace, in the order of the positions. */
const CUT: readonly (Signal | 'series')[] = [...SIGNALS, 'series']

/** What of one signal is taken but not yet in a block. */
interface Pending {
  /** Where the first row of it stands; undefined when there is none. */
  from: Watermark | undefined
  since: Millis
  /** Bytes of the records since then. */
  held: number
}

export class BlockConsumer {
  readonly #folder: DataFolder
  readonly #cells: SharedCells
  readonly #clock: Clock
  readonly #limits: ConsumerLimits
  readonly sealer: Sealer
  #dictionary = new DictionaryBuilder()
  #spans = new SpanBlockBuilder(this.#dictionary)
  #logs = new LogBlockBuilder(this.#dictionary)
  #series: SeriesCutter
  #intake: SeriesIntake
  #cutSeries: EncodedSeries[] = []
  readonly #seriesOptions: OtlpSeriesOptions
  #open: PartitionWriter | undefined
  #openedAt: Millis
  /** Highest record that was taken. */
  #taken: number
  /** Per signal what an earlier process already had in blocks. */
  #resumed: Watermarks
  #finished: EncodedBlock[] = []
  readonly #pending: Readonly<Record<Signal | 'series', Pending>>
  /** Highest record of which everything is in committed blocks. */
  applied: number

  constructor(
    folder: DataFolder,
    cells: SharedCells,
    clock: Clock,
    limits: ConsumerLimits,
    series: OtlpSeriesOptions = { resourceLabels: [] },
  ) {
    this.#seriesOptions = series
    this.#intake = new SeriesIntake(series)
    this.#series = new SeriesCutter(this.#intake.head)
    this.#folder = folder
    this.#cells = cells
    this.#clock = clock
    this.#limits = limits
    this.#openedAt = clock.monotonic()
    putAsideFaulty(folder)
    folder.tidy()
    this.sealer = new Sealer(folder, cells, clock)
    this.#resumed = this.#resume()
    this.#taken = this.applied = Math.min(...this.#resumed.map(mark => mark.sequence))
    const pending = (): Pending => ({ from: undefined, since: this.#openedAt, held: 0 })
    this.#pending = { traces: pending(), logs: pending(), series: pending() }
  }

  #resume(): Watermarks {
    const files = this.#folder.partitions()
    const open = files.find(file => file.last === undefined)
    const before: Watermark = { sequence: Math.max(0, ...files.map(file => file.last ?? 0)), rows: 0 }
    if (open === undefined) return [before, before, before]
    try {
      return this.#reopen(open)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#open?.close()
      this.#open = undefined
      this.#folder.quarantine(open.name, (error as Error).message)
      this.#beginAnew()
      return [before, before, before]
    }
  }

  /** The format is looked at before a file is opened for writing, which would change it. */
  #reopen({ path, first }: PartitionFile): Watermarks {
    new PartitionReader(path).close()
    this.#open = new PartitionWriter(path, first)
    this.#series.resume(this.#open.groupsOfSeries())
    return this.#open.resume(this.#dictionary)
  }

  /** A new partition has dictionaries and series of its own. */
  #beginAnew(): void {
    this.#open = undefined
    this.#dictionary = new DictionaryBuilder()
    this.#spans = new SpanBlockBuilder(this.#dictionary)
    this.#logs = new LogBlockBuilder(this.#dictionary)
    this.#intake = new SeriesIntake(this.#seriesOptions)
    this.#series = new SeriesCutter(this.#intake.head)
  }

  /** Highest record that was taken; the next one to give is behind it. */
  get taken(): number {
    return this.#taken
  }

  /** Highest sequence that any partition knows of. */
  get floor(): number {
    return Math.max(...this.#resumed.map(mark => mark.sequence + (mark.rows > 0 ? 1 : 0)))
  }

  /** Takes the record that follows the last one taken. */
  take(record: JournalRecord): void {
    if (record.sequence <= this.#taken) return
    const { traces, logs, metrics, samples } = record
    const bytes = [traces, logs, metrics, samples].reduce((sum, body) => sum + (body?.length ?? 0), 0)
    if (record.traces !== undefined) this.#append('traces', record.traces, record)
    if (record.logs !== undefined) this.#append('logs', record.logs, record)
    this.#takeSeries(record)
    this.#taken = record.sequence
    for (const what of CUT) {
      const pending = this.#pending[what]
      if (pending.from === undefined) continue
      pending.held += bytes
      if (pending.held > MAX_HELD_BYTES) this.#cut(what)
    }
    if (this.#intake.head.rows > MAX_HEAD_SAMPLES) this.#cut('series')
    if (this.#hasCut) this.#commit()
  }

  get #hasCut(): boolean {
    return this.#finished.length > 0 || this.#cutSeries.length > 0
  }

  #takeSeries(record: JournalRecord): void {
    const { metrics, samples } = record
    if (record.sequence <= this.#resumed[2].sequence) return
    if ((metrics?.length ?? 0) + (samples?.length ?? 0) === 0) return
    this.#note(this.#pending.series, 0)
    this.#intake.take({ metrics, samples })
    if (this.#intake.head.isEmpty) this.#pending.series.from = undefined
  }

  #append(signal: Signal, body: Uint8Array, record: JournalRecord): void {
    const mark = this.#resumed[SIGNALS.indexOf(signal)]!
    if (record.sequence <= mark.sequence) return
    const skip = rowsDone(mark, record.sequence)
    const pending = this.#pending[signal]
    this.#note(pending, skip)
    const onFull = (rows: number): void => {
      this.#finish(signal)
      this.#note(pending, rows)
    }
    const { sequence } = record
    const received = unixNano(record.received)
    this.#builder(signal).append(body, { sequence, received, skip }, onFull)
    if (this.#builder(signal).rows === 0) pending.from = undefined
  }

  #note(pending: Pending, rows: number): void {
    if (pending.from !== undefined) return
    pending.from = { sequence: this.#taken, rows }
    pending.since = this.#clock.monotonic()
    pending.held = 0
  }

  #builder(signal: Signal): SpanBlockBuilder | LogBlockBuilder {
    return signal === 'traces' ? this.#spans : this.#logs
  }

  #finish(signal: Signal): void {
    this.#finished.push(this.#builder(signal).finish(true))
    this.#pending[signal].from = undefined
  }

  #cut(what: Signal | 'series'): void {
    if (what !== 'series') {
      if (this.#builder(what).rows > 0) this.#finish(what)
    } else if (!this.#intake.head.isEmpty) {
      this.#cutSeries.push(this.#series.cut())
      this.#pending.series.from = undefined
    }
  }

  /** Cuts what is old, and ends the partition when its time has come. */
  tick(): void {
    const now = this.#clock.monotonic()
    for (const what of CUT) {
      const { from, since } = this.#pending[what]
      if (from !== undefined && now - since >= this.#limits.blockAge) this.#cut(what)
    }
    if (this.#hasCut) this.#commit()
    if (this.#open !== undefined && now - this.#openedAt >= this.#limits.partitionAge) this.#endPartition()
  }

  /** Puts everything that was taken into blocks. */
  flush(): void {
    for (const what of CUT) this.#cut(what)
    if (this.#hasCut) this.#commit()
    else this.applied = this.#appliedNow(this.#watermarks())
  }

  #watermarks(): Watermarks {
    const [traces, logs, series] = CUT.map((what, i) => {
      const behind = this.#pending[what].from
      if (behind !== undefined) return behind
      const resumed = this.#resumed[i]!
      return this.#taken > resumed.sequence ? { sequence: this.#taken, rows: 0 } : resumed
    })
    return [traces!, logs!, series!]
  }

  #appliedNow(marks: Watermarks): number {
    return Math.min(...marks.map(mark => mark.sequence))
  }

  #commit(): void {
    const fresh = this.#open === undefined
    this.#open ??= this.#create()
    const marks = this.#watermarks()
    const open = this.#open
    orDamaged(() => open.write(this.#finished, this.#dictionary, marks, this.#cutSeries))
    this.#finished = []
    this.#cutSeries = []
    this.applied = this.#appliedNow(marks)
    if (fresh) this.#cells.partitionsChanged()
    if (this.#isFull(this.#open)) this.#endPartition()
  }

  #isFull({ bytes, blocks }: PartitionWriter): boolean {
    const { resources, scopes } = this.#dictionary
    const entries = Math.max(resources.size, scopes.size)
    return bytes >= this.#limits.openBytes || blocks > FULL_BLOCKS || entries > FULL_ENTRIES
  }

  #create(): PartitionWriter {
    this.#openedAt = this.#clock.monotonic()
    const first = this.applied + 1
    failPoint('partition.create')
    const created = createPartition(this.#folder.partitionPath(openName(first)), first)
    failPoint('partition.created')
    return created
  }

  /** Puts everything into blocks, and leaves the open partition to the sealer: it is complete. */
  #endPartition(): void {
    for (const what of CUT) this.#cut(what)
    if (this.#open === undefined && !this.#hasCut) return
    const open = (this.#open ??= this.#create())
    orDamaged(() => {
      if (this.#hasCut) open.write(this.#finished, this.#dictionary, this.#watermarks(), this.#cutSeries)
      this.#finished = []
      this.#cutSeries = []
      this.applied = this.#taken
      open.close()
    })
    const { path, first } = open
    this.sealer.add({ name: basename(path), path, first, last: this.#taken, sealed: false })
    this.#beginAnew()
  }

  /** Puts everything into blocks, and seals what is complete while it is to go on. */
  seal(goOn?: () => boolean): void {
    this.#endPartition()
    this.sealer.finish(goOn)
  }

  /** Lets go of the files without sealing. */
  close(): void {
    this.sealer.stop()
    this.#open?.close()
  }

  /** Puts the open partition aside. Nothing more is to be asked of this consumer. */
  quarantineOpen(reason: string): void {
    this.close()
    if (this.#open !== undefined) this.#folder.quarantine(basename(this.#open.path), reason)
    this.#cells.partitionsChanged()
  }
}

/** A partition has its tables before it has its name: nobody meets one half made. */
function createPartition(path: string, first: number): PartitionWriter {
  const unfinished = `${path}.tmp`
  removeDatabase(unfinished)
  new PartitionWriter(unfinished, first).close()
  renameSync(unfinished, path)
  syncFile(dirname(path))
  return new PartitionWriter(path, first)
}

/** Tells damage of the open partition from damage of anything else. */
function orDamaged(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (isDamage(error)) throw new PartitionDamaged((error as Error).message, { cause: error })
    throw error
  }
}

/**
 * The sqlite backend put together: the journal's thread and the consumer's, and the writer that the
 * main thread speaks to.
 */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { CanonicalRequest } from '../../model/canonical.ts'
import { diskSpace } from '../../durable/disk-space.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { RequestKind } from '../../model/telemetry.ts'
import { millis, type Clock, type Millis } from '../../model/time.ts'
import type {
  CloseOptions,
  ConsumerSource,
  Pin,
  ReaderSource,
  StoreStatus,
  StoreWriter,
  Unfinished,
} from '../api.ts'
import { JournalClient } from '../journal/client.ts'
import type { FromJournal, JournalThreadData, ToJournal } from '../journal/messages.ts'
import { SharedCells } from '../shared-cells.ts'
import type {
  ConsumerStatus,
  ConsumerThreadData,
  FromConsumerThread,
  PinChange,
  ToConsumerThread,
} from './consumer-messages.ts'
import { DataFolder } from './folder.ts'
import type { SqliteReaderOptions } from './reader.ts'
import { Reserve } from './reserve.ts'

export interface SqliteStoreLimits {
  readonly retention: Millis
  /** Bytes of the whole data folder from which the oldest partitions go. */
  readonly maxBytes: number
  readonly blockAge?: Millis
  readonly partitionAge?: Millis
  /** Of the partition that is written; sealing one takes about a second. */
  readonly openBytes?: number
  /** Of one that is made of several. */
  readonly partitionBytes?: number
  /** Bytes that stay free on the disk, of a large one a hundredth. */
  readonly minFreeBytes?: number
  readonly reserveBytes?: number
  readonly maxQueuedBytes?: number
  readonly maxJournalBytes?: number
}

const DEFAULTS = {
  blockAge: millis(60_000),
  partitionAge: millis(3_600_000),
  openBytes: 64 * 1024 * 1024,
  partitionBytes: 2 ** 30,
  minFreeBytes: 100 * 1024 * 1024,
  reserveBytes: 16 * 1024 * 1024,
  maxQueuedBytes: 64 * 1024 * 1024,
  maxJournalBytes: 48 * 1024 * 1024,
} as const

const PARTITIONS_OF_CAP = 8
const MIN_PARTITION_BYTES = 16 * 1024 * 1024

/** Short-lived objects are few: small young generations keep the threads small. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, stackSizeMb: 4 }

export interface SqliteStore {
  readonly writer: StoreWriter
  readonly readerSource: ReaderSource
}

/** @throws when the folder cannot be used: what the system or SQLite says */
export async function openSqliteStore(options: {
  readonly folder: string
  readonly clock: Clock
  readonly limits: SqliteStoreLimits
  readonly consumers?: readonly ConsumerSource[]
  /** How metrics of OTLP become series; no resource attribute is a label unless told. */
  readonly series?: OtlpSeriesOptions
}): Promise<SqliteStore> {
  const given = { ...DEFAULTS, ...options.limits }
  const most = partitionBytes(given)
  const limits = { ...given, partitionBytes: most, openBytes: Math.min(given.openBytes, most) }
  const folder = new DataFolder(options.folder)
  new Reserve(folder.reservePath, limits.reserveBytes).give(diskSpace(folder.path).freeBytes)
  const series = options.series ?? { resourceLabels: [] }
  const cells = new SharedCells()
  const { port1: toConsumer, port2: fromJournal } = new MessageChannel()
  const consumers = options.consumers ?? []
  const ports = [fromJournal, ...consumers.flatMap(({ transfer }) => transfer)]
  const consumer = startThread('./consumer-thread', ports, {
    folder: folder.path,
    cells: cells.memory,
    limits,
    series,
    journal: fromJournal,
    consumers: consumers.map(({ module, options }) => ({ module, options })),
  } satisfies ConsumerThreadData)
  // Both threads load their code at the same time; the journal opens its file behind the partitions.
  const journal = startThread('../journal/writer-thread', [toConsumer], {
    path: folder.journalPath,
    cells: cells.memory,
    consumer: toConsumer,
    minFreeBytes: limits.minFreeBytes,
  } satisfies JournalThreadData)
  const known = await firstMessage<Extract<FromConsumerThread, { ready: unknown }>['ready']>(
    consumer,
    'ready',
  )
  journal.postMessage({ open: known } satisfies ToJournal)
  await firstMessage<Extract<FromJournal, { ready: unknown }>['ready']>(journal, 'ready')
  consumer.postMessage({ begin: true } satisfies ToConsumerThread)
  const client = new JournalClient(journal, limits.maxQueuedBytes, limits.maxJournalBytes)
  const reader: SqliteReaderOptions = { folder: folder.path, cells: cells.memory, series }
  return {
    writer: new SqliteWriter(client, { journal, consumer, cells }, limits.maxBytes),
    readerSource: { module: moduleUrl('./reader').href, options: reader },
  }
}

/** Only whole partitions go, so that one takes no more than a share of the cap. */
function partitionBytes(limits: { readonly partitionBytes: number; readonly maxBytes: number }): number {
  const share = Math.max(MIN_PARTITION_BYTES, limits.maxBytes / PARTITIONS_OF_CAP)
  return Math.min(limits.partitionBytes, share)
}

/** From sources a `.ts` file, in the package what it was built to. */
const moduleUrl = (name: string): URL =>
  new URL(name + (import.meta.url.endsWith('.ts') ? '.ts' : '.js'), import.meta.url)

function startThread(name: string, transferList: MessagePort[], workerData: unknown): Worker {
  return new Worker(moduleUrl(name), { workerData, transferList, resourceLimits: THREAD_LIMITS })
}

/** Waits for the message of that name; a thread that fails before it rejects. */
function firstMessage<T>(worker: Worker, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Record<string, unknown>): void => {
      if (!(name in message)) return
      worker.off('message', onMessage)
      worker.off('error', reject)
      resolve(message[name] as T)
    }
    worker.on('message', onMessage)
    worker.once('error', reject)
  })
}

interface StoreThreads {
  readonly journal: Worker
  readonly consumer: Worker
  readonly cells: SharedCells
}

const CLOSE_WITHIN = millis(4_000)

class SqliteWriter implements StoreWriter {
  readonly #client: JournalClient
  readonly #threads: StoreThreads
  readonly #maxBytes: number
  readonly #accepted: Record<RequestKind, number> = { traces: 0, logs: 0, metrics: 0, samples: 0 }
  #status: ConsumerStatus = {
    applied: 0,
    taken: 0,
    diskBytes: 0,
    partitions: 0,
    pins: [],
    pinnedBytes: 0,
    quarantined: [],
  }
  /** Whoever waits for a change of pins, by the number of the change. */
  readonly #changes = new Map<number, PromiseWithResolvers<boolean>>()
  #changeNumber = 0
  #drains: { readonly sequence: number; readonly resolve: () => void }[] = []
  #closed: ((left: Unfinished) => void) | undefined
  #onProgress: CloseOptions['onProgress']
  #failed: HodoscopeError | undefined
  #closing: Promise<Unfinished> | undefined

  constructor(client: JournalClient, threads: StoreThreads, maxBytes: number) {
    const { consumer } = threads
    this.#client = client
    this.#threads = threads
    this.#maxBytes = maxBytes
    consumer.on('message', (message: FromConsumerThread) => this.#heard(message))
    consumer.on(
      'error',
      cause =>
        (this.#failed = new HodoscopeError('store_busy', 'the consumer of the journal has stopped', {
          cause,
        })),
    )
  }

  async append(request: CanonicalRequest): Promise<{ readonly duplicate: boolean }> {
    if (this.#failed !== undefined) throw this.#failed
    const outcome = await this.#client.append(request)
    if (!outcome.duplicate) this.#accepted[request.signal] += request.items
    return outcome
  }

  #heard(message: FromConsumerThread): void {
    if ('status' in message) this.#status = message.status
    else if ('drained' in message) {
      const done = this.#drains.filter(drain => drain.sequence <= message.drained)
      this.#drains = this.#drains.filter(drain => drain.sequence > message.drained)
      for (const { resolve } of done) resolve()
    } else if ('changed' in message) this.#answer(message)
    else if ('closing' in message) this.#onProgress?.(message.closing)
    else if ('closed' in message) this.#closed?.(message.closed)
  }

  #answer({ changed, outcome }: Extract<FromConsumerThread, { changed: unknown }>): void {
    const waiting = this.#changes.get(changed)
    this.#changes.delete(changed)
    if (typeof outcome === 'boolean') waiting?.resolve(outcome)
    else waiting?.reject(new HodoscopeError(outcome.code, outcome.message))
  }

  pins(): readonly Pin[] {
    return this.#status.pins
  }

  async pin(traceId: string, note: string): Promise<void> {
    await this.#change({ pin: traceId, note })
  }

  unpin(traceId: string): Promise<boolean> {
    return this.#change({ unpin: traceId })
  }

  #change(change: PinChange): Promise<boolean> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed)
    if (this.#closing !== undefined)
      return Promise.reject(new HodoscopeError('shutting_down', 'the store is closed'))
    const number = ++this.#changeNumber
    const waiting = Promise.withResolvers<boolean>()
    this.#changes.set(number, waiting)
    this.#tell({ change, number })
    return waiting.promise
  }

  async drain(): Promise<void> {
    const sequence = this.#client.sequence
    await new Promise<void>(resolve => {
      this.#drains.push({ sequence, resolve })
      this.#tell({ drain: sequence })
    })
  }

  #tell(message: ToConsumerThread): void {
    this.#threads.consumer.postMessage(message)
  }

  status(): StoreStatus {
    return {
      acceptedItems: { ...this.#accepted },
      duplicateRequests: this.#client.duplicates,
      journalBytes: this.#client.heldBytes,
      backlogRecords: Math.max(0, this.#client.sequence - this.#status.applied),
      diskBytes: this.#status.diskBytes,
      maxBytes: this.#maxBytes,
      partitions: this.#status.partitions,
      pinnedTraces: this.#status.pins.length,
      pinnedBytes: this.#status.pinnedBytes,
      quarantined: this.#status.quarantined,
      refusing: this.#refusing(),
    }
  }

  #refusing(): StoreStatus['refusing'] {
    if (this.#closing !== undefined) return 'shutting_down'
    const code = this.#client.refusing
    if (code === 'disk_full' || code === 'disk_failed' || code === 'store_busy') return code
    return this.#failed === undefined ? undefined : 'store_busy'
  }

  close(how: CloseOptions = {}): Promise<Unfinished> {
    return (this.#closing ??= this.#close(how))
  }

  async #close({ within = CLOSE_WITHIN, onProgress }: CloseOptions): Promise<Unfinished> {
    const { journal, consumer, cells } = this.#threads
    cells.closeWithin(within)
    this.#onProgress = onProgress
    await this.#client.stopTaking()
    const left = await new Promise<Unfinished>(resolve => {
      this.#closed = resolve
      this.#tell({ close: this.#client.sequence })
    })
    for (const { reject } of this.#changes.values())
      reject(new HodoscopeError('shutting_down', 'the store is closed'))
    await this.#client.close()
    await Promise.all([journal.terminate(), consumer.terminate()])
    return left
  }
}

/** What the store tells of itself, as metrics; read when they are scraped. */
import { Gauge, type Registry } from 'prom-client'

export interface StoreFigures {
  readonly duplicateRequests: number
  readonly journalBytes: number
  readonly backlogRecords: number
  readonly diskBytes: number
  readonly maxBytes: number
  readonly partitions: number
  readonly quarantined: readonly string[]
  readonly refusing: string | undefined
}

const FIGURES: readonly [name: string, help: string, read: (figures: StoreFigures) => number][] = [
  ['hodoscope_store_disk_bytes', 'Bytes on disk: partitions and journal.', f => f.diskBytes],
  ['hodoscope_store_max_bytes', 'Bytes on disk from which the oldest data goes.', f => f.maxBytes],
  ['hodoscope_store_journal_bytes', 'Bytes in the journal.', f => f.journalBytes],
  ['hodoscope_store_backlog_records', 'Journal records that are not yet in blocks.', f => f.backlogRecords],
  ['hodoscope_store_partitions', 'Partitions on disk.', f => f.partitions],
  ['hodoscope_store_quarantined_partitions', 'Partitions that cannot be read.', f => f.quarantined.length],
  ['hodoscope_store_duplicate_requests', 'Requests that had been stored before.', f => f.duplicateRequests],
  [
    'hodoscope_store_refusing',
    '1 while the store takes no telemetry, for whatever reason.',
    f => (f.refusing === undefined ? 0 : 1),
  ],
]

export function exposeStoreMetrics(registry: Registry, figures: () => StoreFigures): void {
  for (const [name, help, read] of FIGURES)
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read(figures()))
        },
      }),
    )
}

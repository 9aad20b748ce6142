/**
 * The data folder. The folder is the truth: what partitions there are is read off their names.
 *
 *   journal.db
 *   catalogue.db                                    what is not telemetry
 *   reserve                                         room for the day on which the disk is full
 *   unclean                                         there while a process runs, and after one that was killed
 *   partitions/000000000457.open.db                 being written; one behind which another begins is full
 *   partitions/000000000001-000000000456.db         sealed: first and last journal sequence
 *   partitions/000000000001-000000000456.TRACE.pin.db   what a pinned trace has of a partition that is gone
 *   partitions/*.tmp                                something that was not finished; removed at start
 *   partitions/….db.quarantine                      damaged: read for its salvage alone, never removed by us
 *   partitions/….db.quarantine-reason               what was found, and what was saved, for people and for `partial`
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { cataloguePath } from '../../durable/catalogue-file.ts'

export interface PartitionFile {
  readonly name: string
  readonly path: string
  readonly sealed: boolean
  readonly first: number
  /** Last journal sequence; undefined for the one that is being written. */
  readonly last: number | undefined
}

const PIN = /^(\d{12})-(\d{12})\.([\da-f]{32})\.pin\.db$/
const OPEN = /^(\d{12})\.open\.db$/
const SEALED = /^(\d{12})-(\d{12})\.db$/
const SEALED_ASIDE = /^(\d{12})-(\d{12})\.db(\.\d+)?\.quarantine$/
const QUARANTINED = /\.db(\.\d+)?\.quarantine$/
/** What SQLite keeps beside a database. */
const BESIDE = ['-wal', '-shm', '-journal'] as const
const REASON = '-reason'
const RESERVE = 'reserve'

const digits = (sequence: number): string => String(sequence).padStart(12, '0')
export const openName = (first: number): string => `${digits(first)}.open.db`
export const sealedName = (first: number, last: number): string => `${digits(first)}-${digits(last)}.db`

export const pinName = ({ first, last }: SequenceRange, traceId: string): string =>
  `${digits(first)}-${digits(last)}.${traceId}.pin.db`

interface SequenceRange {
  readonly first: number
  readonly last: number
}

/** The spans and logs of one trace, kept when their partition went: a sealed partition in all else. */
export interface PinFile extends PartitionFile, SequenceRange {
  readonly last: number
  readonly traceId: string
}

export interface Quarantined {
  readonly name: string
  readonly reason: string
}

/** A sealed partition that was put aside, of which nobody has tried yet what can still be read. */
export interface Salvageable extends SequenceRange {
  readonly name: string
  readonly path: string
}

/** What a line begins with that says what became of it. */
const SALVAGED = 'salvaged: '

export class DataFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
    mkdirSync(this.partitionsPath, { recursive: true, mode: 0o700 })
  }

  get partitionsPath(): string {
    return join(this.path, 'partitions')
  }

  get journalPath(): string {
    return join(this.path, 'journal.db')
  }

  get cataloguePath(): string {
    return cataloguePath(this.path)
  }

  get reservePath(): string {
    return join(this.path, RESERVE)
  }

  get #uncleanPath(): string {
    return join(this.path, 'unclean')
  }

  /** @returns whether the process before this one ended without saying so */
  noteStart(): boolean {
    if (existsSync(this.#uncleanPath)) return true
    try {
      writeFileSync(this.#uncleanPath, '', { mode: 0o600 })
    } catch {
      // A full disk takes no marker; what a kill leaves behind is then met by the queries.
    }
    return false
  }

  noteCleanEnd(): void {
    rmSync(this.#uncleanPath, { force: true })
  }

  partitionPath(name: string): string {
    return join(this.partitionsPath, name)
  }

  /**
   * In order of their sequences. What a sealed one covers is none any more: the sealed one was made
   * of it. One that is not sealed and has another behind it is full, and reaches up to that.
   */
  partitions(): PartitionFile[] {
    let sealedUpTo = 0
    const files = this.#files().filter(file => {
      if ((file.last ?? file.first) <= sealedUpTo) return false
      if (file.sealed) sealedUpTo = file.last!
      return true
    })
    return files.map((file, i) => {
      const next = files[i + 1]
      return file.sealed || next === undefined ? file : { ...file, last: next.first - 1 }
    })
  }

  /** Files of pinned traces. Where a partition still holds the same records, its file is none. */
  pins(): PinFile[] {
    const partitions = this.#files()
    return this.#pinFiles().filter(pin => !partitions.some(other => other.sealed && overlaps(pin, other)))
  }

  /** All that answers queries, in order of the sequences. */
  readable(): PartitionFile[] {
    return [...this.partitions(), ...this.pins()].sort((a, b) => a.first - b.first)
  }

  #pinFiles(): PinFile[] {
    return readdirSync(this.partitionsPath).flatMap(name => {
      const [, first, last, traceId] = PIN.exec(name) ?? []
      if (traceId === undefined) return []
      const path = this.partitionPath(name)
      return [{ name, path, sealed: true, first: Number(first), last: Number(last), traceId }]
    })
  }

  /** Of those that begin alike the one that reaches furthest comes first. */
  #files(): PartitionFile[] {
    return readdirSync(this.partitionsPath)
      .flatMap(name => this.#parse(name) ?? [])
      .sort((a, b) => a.first - b.first || (b.last ?? 0) - (a.last ?? 0))
  }

  #parse(name: string): PartitionFile | undefined {
    const path = this.partitionPath(name)
    const open = OPEN.exec(name)
    if (open !== null) return { name, path, sealed: false, first: Number(open[1]), last: undefined }
    const sealed = SEALED.exec(name)
    if (sealed === null) return undefined
    return { name, path, sealed: true, first: Number(sealed[1]), last: Number(sealed[2]) }
  }

  /**
   * Clears away what an interrupted process left: unfinished files, partitions that a sealed one
   * covers, and what SQLite would take for a part of a sealed file, which has none.
   */
  tidy(): void {
    for (const name of readdirSync(this.partitionsPath))
      if (/\.tmp(-journal|-wal|-shm)?$/.test(name) || this.#isStray(name)) rmSync(this.partitionPath(name))
    const partitions = new Set(this.partitions().map(file => file.name))
    for (const file of this.#files()) if (!partitions.has(file.name)) removeDatabase(file.path)
    // A crash between the copying of a pinned trace and the removal of its partition: it is copied again.
    const pins = new Set(this.pins().map(file => file.name))
    for (const file of this.#pinFiles()) if (!pins.has(file.name)) removeDatabase(file.path)
  }

  #isStray(name: string): boolean {
    const suffix = BESIDE.find(beside => name.endsWith(beside))
    if (suffix === undefined) return false
    const database = name.slice(0, -suffix.length)
    if (SEALED.test(database) || PIN.test(database)) return true
    return OPEN.test(database) && !existsSync(this.partitionPath(database))
  }

  /**
   * Puts a damaged partition aside under a name that nobody reads. It is never removed by us: what
   * is lost to queries may still be worth something to a person.
   * @returns its new name
   */
  quarantine(name: string, reason: string): string {
    return this.#putAside(this.partitionPath(name), name, reason)
  }

  /** A damaged journal lies beside the damaged partitions, and is told as they are. */
  quarantineJournal(reason: string): string {
    return this.#putAside(this.journalPath, basename(this.journalPath), reason)
  }

  #putAside(path: string, name: string, reason: string): string {
    let aside = `${name}.quarantine`
    for (let n = 2; existsSync(this.partitionPath(aside)); n++) aside = `${name}.${n}.quarantine`
    for (const suffix of BESIDE)
      if (existsSync(path + suffix)) renameSync(path + suffix, this.partitionPath(aside + suffix))
    renameSync(path, this.partitionPath(aside))
    try {
      writeFileSync(this.partitionPath(aside + REASON), `${reason}\n`, { mode: 0o600 })
    } catch {
      // A full disk has no room for a sentence; the name alone tells as much.
    }
    return aside
  }

  quarantined(): Quarantined[] {
    return readdirSync(this.partitionsPath)
      .filter(name => QUARANTINED.test(name))
      .sort()
      .map(name => ({ name, reason: `put aside: ${this.#reasonOf(name)}` }))
  }

  salvageable(): Salvageable[] {
    return readdirSync(this.partitionsPath).flatMap(name => {
      const [, first, last] = SEALED_ASIDE.exec(name) ?? []
      if (first === undefined || this.#linesOf(name).some(line => line.startsWith(SALVAGED))) return []
      return [{ name, path: this.partitionPath(name), first: Number(first), last: Number(last) }]
    })
  }

  /** @param outcome for people, behind the reason why it was put aside */
  noteSalvage(name: string, outcome: string): void {
    appendFileSync(this.partitionPath(name + REASON), `${SALVAGED}${outcome}\n`, { mode: 0o600 })
  }

  /** Bytes of what was put aside: they are a person's to free, and count for no cap. */
  quarantinedBytes(): number {
    return this.quarantined().reduce((sum, { name }) => sum + sizeOf(this.partitionPath(name)), 0)
  }

  #reasonOf(name: string): string {
    return this.#linesOf(name).join('; ') || 'damaged'
  }

  #linesOf(name: string): string[] {
    try {
      return readFileSync(this.partitionPath(name + REASON), 'utf8')
        .trim()
        .split('\n')
    } catch {
      return []
    }
  }

  /** Bytes of all files but the reserve, which is given up before anything else is. */
  bytes(): number {
    const sizes = [this.path, this.partitionsPath].flatMap(folder =>
      readdirSync(folder, { withFileTypes: true })
        .filter(entry => entry.isFile() && entry.name !== RESERVE)
        .map(entry => sizeOf(join(folder, entry.name))),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }
}

const overlaps = (pin: SequenceRange, { first, last }: PartitionFile): boolean =>
  last !== undefined && first <= pin.last && pin.first <= last

/** 0 for a file that went between listing and looking. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Puts on stable storage what a file, or the names in a folder, are now. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Removes a database and what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', ...BESIDE]) if (existsSync(path + suffix)) rmSync(path + suffix)
}

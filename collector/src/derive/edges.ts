/**
 * Edges of the service graph: paired and counted of spans as they come, and kept by minute and by
 * hour. Halves that wait are stored with the counts, so that a crash loses and doubles no edge.
 */
import { loadSql } from '../durable/sql.ts'
import { prepareAll, type Statement } from '../durable/sqlite-file.ts'
import { MILLIS_PER_MINUTE, type UnixMinute } from '../model/time.ts'
import { EDGE_SQL } from '../red/edges.ts'
import { RedTable } from '../red/table.ts'
import type { Commit, Derivation } from './derivation.ts'
import type { DerivedFile } from './derived-file.ts'
import { EdgeCounting } from './edge-counting.ts'
import { applyChanges, encodeChanges } from './half-log.ts'
import type { Half } from './halves.ts'

/** Whoever counts the present may be as far behind. */
const BEHIND_MILLIS = 30_000

const NAMES = ['insertChanges', 'changes', 'removeChanges'] as const
const SQL = loadSql(new URL('halves.sql', import.meta.url), ['schema', ...NAMES])

export class Edges implements Derivation {
  readonly name = 'edges'
  readonly collecting: EdgeCounting
  readonly #table: RedTable
  readonly #statements: Readonly<Record<(typeof NAMES)[number], Statement>>

  constructor(file: DerivedFile, collecting = new EdgeCounting()) {
    this.collecting = collecting
    this.#table = new RedTable(file.db, EDGE_SQL)
    file.db.exec(SQL.schema)
    this.#statements = prepareAll(file.db, SQL, NAMES)
    this.#restore()
  }

  #restore(): void {
    const halves = new Map<number, Half>()
    let end = 1
    for (const { upTo, changes } of this.#statements.changes.all() as {
      upTo: number
      changes: Uint8Array
    }[]) {
      applyChanges(halves, changes)
      end = upTo + 1
    }
    this.collecting.pairing.restore(halves, end)
  }

  store({ position, received, gaps, observed }: Commit): void {
    const { tallies, pairing } = this.collecting
    if (observed !== undefined) this.collecting.rest(observed * MILLIS_PER_MINUTE - BEHIND_MILLIS)
    this.#table.append(
      position,
      tallies.cells(operation => this.#table.idOf(operation)),
    )
    this.#table.reach(received, 0)
    for (const [after, upTo] of gaps) this.#table.lack(after, upTo)
    const { waiting, gone } = pairing.changes()
    if (waiting.size > 0 || gone.length > 0)
      this.#statements.insertChanges.run(pairing.halves.end - 1, encodeChanges(waiting, gone))
    this.#statements.removeChanges.run(pairing.halves.oldest)
  }

  lack(upTo: number): void {
    this.#table.lack(0, upTo)
  }

  forget(now: UnixMinute): void {
    this.#table.forget(now)
  }

  beginDay(): void {
    this.collecting.tallies.beginDay()
  }

  get wantsFold(): boolean {
    return this.#table.wantsFold
  }

  fold(): void {
    this.#table.fold(this.collecting.now)
  }
}

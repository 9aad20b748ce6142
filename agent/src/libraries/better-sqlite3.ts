/**
 * better-sqlite3: spans of statements and of `exec`. The class of statements comes out of the native addon, so it is
 * met at the first statement that is prepared.
 */
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { endStatement, traceIteration, traceStatement } from './database.ts'

const PATCHED = Symbol('hodoscope.patched')

interface Statement {
  readonly source: string
  readonly database: Database
}

interface Database {
  readonly name: string
}

type Method<This> = (this: This, ...args: unknown[]) => unknown

interface DatabasePrototype {
  [PATCHED]?: true
  prepare: Method<Database>
  exec: Method<Database>
}

type StatementPrototype = Record<'run' | 'get' | 'all' | 'iterate', Method<Statement>> & { [PATCHED]?: true }

/** `better-sqlite3/lib/database.js`: the class itself, or (since 13) the function that makes it. */
export const patchBetterSqlite3: Patch = exports => {
  const subject = exports as unknown as ((...args: unknown[]) => unknown) & { prototype?: DatabasePrototype }
  if (typeof subject.prototype?.prepare === 'function') {
    patchDatabase(subject.prototype)
    return undefined
  }
  return (...args: unknown[]) => {
    const database = subject(...args) as { prototype: DatabasePrototype }
    safely(() => patchDatabase(database.prototype))
    return database
  }
}

function patchDatabase(prototype: DatabasePrototype): void {
  if (prototype[PATCHED]) return
  prototype[PATCHED] = true
  const { prepare, exec } = prototype
  prototype.prepare = function (...args) {
    const statement = prepare.apply(this, args) as object
    safely(() => patchStatements(Object.getPrototypeOf(statement) as StatementPrototype))
    return statement
  }
  prototype.exec = function (...args) {
    return traceStatement(
      () => args[0] as string,
      () => this.name,
      () => exec.apply(this, args),
    )
  }
}

function patchStatements(prototype: StatementPrototype): void {
  if (prototype[PATCHED]) return
  prototype[PATCHED] = true
  for (const name of ['run', 'get', 'all', 'iterate'] as const) {
    const original = prototype[name]
    prototype[name] = function (...args) {
      return traceStatement(
        () => this.source,
        () => this.database.name,
        () => original.apply(this, args),
        (span, result) => {
          if (name === 'iterate') traceIteration(span, result)
          else endStatement(span, name === 'all' ? (result as unknown[]).length : undefined)
        },
      )
    }
  }
}

/**
 * node:sqlite: spans of statements and of `exec`. The module is never loaded by the agent itself (it would print its
 * experimental warning into programs that do not use it); its classes are changed when the host loads it.
 */
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { endStatement, traceIteration, traceStatement } from './database.ts'

const PATCHED = Symbol('hodoscope.patched')

interface Database {
  location?(): string | null
}

interface Statement {
  readonly sourceSQL: string
}

type Method<This> = (this: This, ...args: unknown[]) => unknown

interface DatabasePrototype {
  [PATCHED]?: true
  prepare: Method<Database>
  exec: Method<Database>
}

type StatementPrototype = Record<'run' | 'get' | 'all' | 'iterate', Method<Statement>>

/** A statement does not tell whose it is. */
const fileOf = new WeakMap<object, string>()

export const patchNodeSqlite: Patch = exports => {
  const { prototype } = exports['DatabaseSync'] as { prototype: DatabasePrototype }
  if (prototype[PATCHED]) return undefined
  Object.defineProperty(prototype, PATCHED, { value: true })
  patchDatabase(prototype)
  patchStatements((exports['StatementSync'] as { prototype: StatementPrototype }).prototype)
  return undefined
}

function patchDatabase(prototype: DatabasePrototype): void {
  const { prepare, exec } = prototype
  prototype.prepare = function (...args) {
    const statement = prepare.apply(this, args) as object
    safely(() => fileOf.set(statement, nameOf(this)))
    return statement
  }
  prototype.exec = function (...args) {
    return traceStatement(
      () => args[0] as string,
      () => nameOf(this),
      () => exec.apply(this, args),
    )
  }
}

function patchStatements(prototype: StatementPrototype): void {
  for (const name of ['run', 'get', 'all', 'iterate'] as const) {
    const original = prototype[name]
    prototype[name] = function (...args) {
      return traceStatement(
        () => this.sourceSQL,
        () => fileOf.get(this),
        () => original.apply(this, args),
        (span, result) => {
          if (name === 'iterate') traceIteration(span, result)
          else endStatement(span, name === 'all' ? (result as unknown[]).length : undefined)
        },
      )
    }
  }
}

/** Older releases of Node do not tell where a database lies. */
function nameOf(database: Database): string {
  return database.location?.() ?? ':memory:'
}

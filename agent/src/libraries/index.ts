/** Which file of which library is changed by what. */
import type { Patch, Patches } from '../hooks.ts'
import { patchPino, rememberPinoSymbols } from '../logs/pino.ts'
import { patchWinston } from '../logs/winston.ts'
import { patchBetterSqlite3 } from './better-sqlite3.ts'
import { patchExpress } from './express.ts'
import { patchHono } from './hono.ts'
import { patchNodeSqlite } from './node-sqlite.ts'

const TRACED: [string, Patch][] = [
  ['express/lib/express.js', patchExpress],
  ['better-sqlite3/lib/database.js', patchBetterSqlite3],
  ['node:sqlite', patchNodeSqlite],
  ['hono/dist/cjs/hono.js', patchHono],
  ['hono/dist/cjs/preset/tiny.js', patchHono],
  ['hono/dist/cjs/preset/quick.js', patchHono],
]

const LOGGED: [string, Patch][] = [
  ['pino/lib/symbols.js', rememberPinoSymbols],
  ['pino/lib/tools.js', patchPino],
  ['winston/lib/winston/logger.js', patchWinston],
]

const ESM: [string, Patch][] = [
  ['node:sqlite', patchNodeSqlite],
  ['hono/dist/hono.js', patchHono],
  ['hono/dist/preset/tiny.js', patchHono],
  ['hono/dist/preset/quick.js', patchHono],
]

/** pino and winston lines keep their ids also where logs are not sent. */
export function libraryPatches(): Patches {
  return { commonJs: new Map([...TRACED, ...LOGGED]), esm: new Map(ESM) }
}

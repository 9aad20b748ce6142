/**
 * winston: each record that at least one transport takes is sent, and carries the ids of its span.
 *
 * The ids are put on the record as it is written, so that formats print them; the record is taken as it leaves the
 * logger's own format, which is where applications redact.
 */
import { context, type Attributes, type Context } from '@opentelemetry/api'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { addFields, currentIds, emitLog } from './record.ts'
import { severityOfName } from './severity.ts'

/** winston's own key for the level, which colours do not reach. */
const LEVEL = Symbol.for('level')
const CONTEXT = Symbol('hodoscope.context')

interface Info {
  level?: unknown
  message?: unknown
  [CONTEXT]?: Context
  [key: string | symbol]: unknown
}

interface Logger {
  isLevelEnabled(level: string): boolean
}

type Method = (this: Logger, ...args: unknown[]) => unknown

const OWN_KEYS = new Set([
  'level',
  'message',
  'timestamp',
  'trace_id',
  'span_id',
  'trace_flags',
  'stack',
  'splat',
])

/** `winston/lib/winston/logger.js`, which exports the class. */
export const patchWinston: Patch = exports => {
  const { prototype } = exports as unknown as { prototype: { write: Method; push: Method } }
  const { write, push } = prototype
  prototype.write = function (...args) {
    safely(() => {
      if (isInfo(args[0])) mark(args[0])
    })
    return write.apply(this, args)
  }
  prototype.push = function (...args) {
    safely(() => {
      if (isInfo(args[0])) send(this, args[0])
    })
    return push.apply(this, args)
  }
  return undefined
}

function isInfo(value: unknown): value is Info {
  return typeof value === 'object' && value !== null && Object.isExtensible(value)
}

/** A logger under back pressure formats later, in another context. */
function mark(info: Info): void {
  Object.defineProperty(info, CONTEXT, { value: context.active(), enumerable: true, configurable: true })
  const ids = currentIds()
  if (ids && info['trace_id'] === undefined) Object.assign(info, ids)
}

function send(logger: Logger, info: Info): void {
  const level = String(info[LEVEL] ?? info.level)
  if (!logger.isLevelEnabled(level)) return
  const attributes: Attributes = {}
  if (typeof info['stack'] === 'string') {
    attributes['exception.stacktrace'] = info['stack']
    attributes['exception.message'] = messageOf(info)
    attributes['exception.type'] =
      typeof info['name'] === 'string' ? info['name'] : (/^\w+/.exec(info['stack'])?.[0] ?? 'Error')
  }
  addFields(attributes, info, OWN_KEYS)
  const record = {
    logger: 'winston',
    severity: severityOfName(level),
    level,
    message: messageOf(info),
    attributes,
  }
  context.with(info[CONTEXT] ?? context.active(), () => emitLog(record))
}

function messageOf(info: Info): string {
  const { message } = info
  return typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message)
}

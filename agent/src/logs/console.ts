/**
 * `console`: what is printed is sent as well, as text. The printed line stays as it is.
 *
 * `console.trace`, `table`, `dir` and `assert` print by these methods and come along.
 */
import type { Attributes } from '@opentelemetry/api'
import { format } from 'node:util'
import { safely } from '../guard.ts'
import { replaceMethod } from '../undo.ts'
import { addError, emitLog } from './record.ts'
import { severityOfName } from './severity.ts'

const METHODS = ['debug', 'log', 'info', 'warn', 'error'] as const

export function captureConsole(target: Console = console): void {
  for (const name of METHODS) {
    const original = target[name]
    const patched = function (this: unknown, ...args: unknown[]) {
      const result = original.apply(this as Console, args) as unknown
      safely(() => send(name, args))
      return result
    }
    replaceMethod(target, name, Object.defineProperty(patched, 'name', { value: name, configurable: true }))
  }
}

/** Formatting runs code of the host (`inspect.custom`), which may print in its turn. */
let formatting = false

function send(name: string, args: unknown[]): void {
  if (formatting) return
  formatting = true
  try {
    const attributes: Attributes = {}
    const error = args.find(argument => argument instanceof Error)
    if (error) addError(attributes, error)
    emitLog({
      logger: 'console',
      severity: severityOfName(name),
      level: name,
      message: format(...args),
      attributes,
    })
  } finally {
    formatting = false
  }
}

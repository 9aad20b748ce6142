/**
 * Uncaught exceptions and unhandled rejections as log records of severity FATAL and ERROR; what they do to the
 * process is left as it is.
 *
 * `uncaughtExceptionMonitor` sees the first without counting as a listener. For rejections there is no such event:
 * `process.emit` is overlaid, since one more listener would keep the process alive that Node ends. Where Node ends it
 * the rejection comes back as an uncaught exception, and is recorded as that alone.
 */
import { context, logs, SeverityNumber, type Attributes } from '@opentelemetry/api'
import { now } from './clock.ts'
import { factsOf } from './errors.ts'
import { guarded, safely } from './guard.ts'
import { sourceStack } from './source-maps.ts'
import { onUndo, replaceMethod } from './undo.ts'
import { VERSION } from './version.ts'

type Emit = (this: NodeJS.Process, event: string | symbol, ...args: unknown[]) => boolean

export function recordCrashes(target: NodeJS.Process = process): void {
  const monitor = guarded((error: unknown, origin: unknown) =>
    record(error, String(origin), SeverityNumber.FATAL),
  )
  target.on('uncaughtExceptionMonitor', monitor)
  onUndo(() => target.removeListener('uncaughtExceptionMonitor', monitor))

  const { emit: original } = target as unknown as { emit: Emit }
  const overlaid: Emit = function emit(event, ...args) {
    const handled = original.apply(this, [event, ...args])
    if (event === 'unhandledRejection' && (handled || !endsTheProcess()))
      safely(() => record(args[0], 'unhandledRejection', SeverityNumber.ERROR))
    return handled
  }
  replaceMethod(target, 'emit', overlaid as NodeJS.Process['emit'])
}

/** Whether Node makes an exception of a rejection that nobody handles. */
function endsTheProcess(): boolean {
  const options = [...process.execArgv, ...(process.env['NODE_OPTIONS']?.split(/\s+/) ?? [])]
  return !options.some(option => /^--unhandled-rejections=(warn|none|warn-with-error-code)$/.test(option))
}

function record(error: unknown, origin: string, severityNumber: SeverityNumber): void {
  const { type, message, stack } = factsOf(error)
  const attributes: Attributes = {
    'exception.type': type,
    'exception.message': message,
    'exception.origin': origin,
  }
  if (stack !== undefined) attributes['exception.stacktrace'] = sourceStack(stack)
  const timestamp = now()
  logs.getLogger('process', VERSION).emit({
    timestamp,
    observedTimestamp: timestamp,
    context: context.active(),
    severityNumber,
    severityText: severityNumber === SeverityNumber.FATAL ? 'fatal' : 'error',
    body: `${type}: ${message}`,
    attributes,
  })
}

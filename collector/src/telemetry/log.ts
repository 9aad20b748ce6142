/**
 * The collector's own log: pino's JSON lines on stderr, or plain lines where a person watches.
 *
 * Text that came from outside may hold terminal control characters; they are escaped in the plain
 * form (JSON escapes them by itself).
 */
import { pino, type Logger } from 'pino'

export type Log = Logger

export interface LogOptions {
  readonly plain: boolean
  readonly write: (line: string) => void
}

export function createLog({ plain, write }: LogOptions): Log {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return pino(options, { write: plain ? line => write(plainLine(line)) : write })
}

const LEVELS = new Map([
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
])

interface Line {
  level: number
  time: string
  msg?: string
  err?: { message?: string; stack?: string }
}

/** `12:00:01.234 warn  message: stack` */
function plainLine(json: string): string {
  const { level, time, msg, err } = JSON.parse(json) as Line
  const label = (LEVELS.get(level) ?? 'info').padEnd(5)
  const cause = err ? `: ${err.stack ?? err.message}` : ''
  return `${time.slice(11, 23)} ${label} ${escapeControls((msg ?? '') + cause)}\n`
}

/** C0 and C1 controls but the line feed and the tab, as `\x1b`. */
export const escapeControls = (text: string): string =>
  text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    control => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

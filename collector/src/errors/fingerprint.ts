/** What makes two errors the same: type, message without what varies, and where in the code (ADR 0022). */
import { hash } from 'node:crypto'
import { topFrames } from './frames.ts'
import { normaliseMessage, normaliseName } from './message.ts'

/** An error as it was told; each '' where it is not. */
export interface ToldError {
  readonly type: string
  readonly message: string
  readonly stack: string
  /** Name of the span. */
  readonly operation: string
}

/** What an error is grouped by. */
export interface GroupedBy {
  readonly type: string
  readonly message: string
  readonly frames: readonly string[]
  /** Where there are no frames. */
  readonly operation: string
}

const LONGEST_TYPE = 200

export function groupedBy({ type, message, stack, operation }: ToldError): GroupedBy {
  const frames = topFrames(stack)
  return {
    type: type.slice(0, LONGEST_TYPE),
    message: normaliseMessage(message),
    frames,
    operation: frames.length > 0 ? '' : normaliseName(operation),
  }
}

/** 16 hex digits. */
export const fingerprintOf = ({ type, message, frames, operation }: GroupedBy): string =>
  hash('sha256', JSON.stringify([type, message, frames, operation]), 'hex').slice(0, 16)

/**
 * Who sends, as their resources tell.
 */
import type { Answered } from './common.ts'

export interface SenderRow {
  service: string
  /** `service.instance.id`, or host and process id in its stead. */
  instance: string
  version: string | null
  host: string | null
  pid: number | null
  runtime: string | null
  sdk: string | null
  /** The agent that put the SDK together, with its version. */
  distro: string | null
  /** The minutes in which its first and its last spans came. */
  firstUnixNano: string
  lastUnixNano: string
}

/** GET /api/senders?service=&from= ; by service, then by instance. */
export interface SendersAnswer extends Answered {
  senders: SenderRow[]
}

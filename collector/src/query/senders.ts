/** Processes that sent spans in a range, by what their resources tell. */
import type { SenderReader, SeenSender } from '../senders/reader.ts'
import type { TimeRange } from '../store/api.ts'
import type { Answer, SenderRow, SendersAnswer } from './answers/index.ts'
import { minuteOfNano, nanoOfMinute } from './red/slices.ts'

export interface SendersParams {
  readonly range: TimeRange
  readonly service: string | undefined
}

/** By service, then by instance. */
export function senders(reader: SenderReader, { range, service }: SendersParams): Answer<SendersAnswer> {
  const seen = reader.senders(minuteOfNano(range.from), service)
  return { senders: seen.filter(({ first }) => nanoOfMinute(first) < range.to).map(rowOf) }
}

const rowOf = ({ service, instance, described, first, last }: SeenSender): SenderRow => ({
  service,
  instance,
  version: described.version ?? null,
  host: described.host ?? null,
  pid: described.pid ?? null,
  runtime: described.runtime ?? null,
  sdk: described.sdk ?? null,
  distro: described.distro ?? null,
  firstUnixNano: String(nanoOfMinute(first)),
  lastUnixNano: String(nanoOfMinute(last)),
})

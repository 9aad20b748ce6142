/** Deploys of a range, as they are marked on charts. */
import { nanoOfMillis } from '../../model/time.ts'
import { deploysOf } from '../../red/deploys.ts'
import type { RedReader } from '../../red/reader.ts'
import type { TimeRange } from '../../store/api.ts'
import type { Answer, DeploysAnswer } from '../answers/index.ts'

export interface DeploysParams {
  /** All services unless told. */
  readonly service?: string | undefined
  readonly range: TimeRange
}

/** Oldest first. */
export function deploys(red: RedReader, { service, range }: DeploysParams): Answer<DeploysAnswer> {
  const rows = deploysOf(red.versions())
    .filter(deploy => service === undefined || deploy.service === service)
    .map(deploy => ({ ...deploy, at: nanoOfMillis(deploy.first) }))
    .filter(({ at }) => at >= range.from && at < range.to)
    .sort((a, b) => a.first - b.first)
  return {
    deploys: rows.map(row => ({ service: row.service, version: row.version, timeUnixNano: String(row.at) })),
  }
}

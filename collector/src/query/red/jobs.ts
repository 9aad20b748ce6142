/** The questions that counts of operations answer, by name; as in `../jobs.ts`. */
import type { RedReader } from '../../red/reader.ts'
import { overview } from './overview.ts'

export const RED_JOBS = { overview } as const

export type RedJobName = keyof typeof RED_JOBS

export const isRedJob = (name: string): name is RedJobName => Object.hasOwn(RED_JOBS, name)

export const runRedJob = (name: RedJobName, red: RedReader, params: unknown): object =>
  (RED_JOBS[name] as (red: RedReader, params: unknown) => object)(red, params)

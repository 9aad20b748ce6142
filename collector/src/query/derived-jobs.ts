/** The questions that `derived.db` answers, by name; as in `jobs.ts`. Each opens what it reads. */
import { RedReader } from '../red/reader.ts'
import { SenderReader } from '../senders/reader.ts'
import { deploy } from './errors/deploy.ts'
import { errorGroup } from './errors/group.ts'
import { errors } from './errors/list.ts'
import { openSources } from './errors/sources.ts'
import { deploys } from './red/deploys.ts'
import { graph } from './red/graph.ts'
import { overview } from './red/overview.ts'
import { service } from './red/service.ts'
import { senders } from './senders.ts'

/** Opened for each question: a file that was damaged is put aside, and another one begun. */
const asked =
  <Reader extends { close(): void }, Params, Answer>(
    open: (path: string) => Reader,
    job: (reader: Reader, params: Params) => Answer,
  ) =>
  (path: string, params: Params): Answer => {
    const reader = open(path)
    try {
      return job(reader, params)
    } finally {
      reader.close()
    }
  }

const openRed = (path: string): RedReader => new RedReader(path)
const openSenders = (path: string): SenderReader => new SenderReader(path)

export const DERIVED_JOBS = {
  graph: asked(openRed, graph),
  overview: asked(openRed, overview),
  service: asked(openRed, service),
  deploys: asked(openRed, deploys),
  deploy: asked(openSources, deploy),
  errors: asked(openSources, errors),
  errorGroup: asked(openSources, errorGroup),
  senders: asked(openSenders, senders),
} as const

export type DerivedJobName = keyof typeof DERIVED_JOBS

export const isDerivedJob = (name: string): name is DerivedJobName => Object.hasOwn(DERIVED_JOBS, name)

/** @param path of `derived.db` */
export const runDerivedJob = (name: DerivedJobName, path: string, params: unknown): object =>
  (DERIVED_JOBS[name] as (path: string, params: unknown) => object)(path, params)

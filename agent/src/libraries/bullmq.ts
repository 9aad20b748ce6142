/**
 * BullMQ: adding jobs, and processing one. The context goes with the job where BullMQ's own telemetry puts it, so that
 * either end understands the other; a job that the host has given a context of its own keeps it.
 *
 * Source: https://docs.bullmq.io/guide/telemetry (`opts.telemetry.metadata`)
 */
import { context, trace, type Span } from '@opentelemetry/api'
import { contexts } from '../context.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'
import { endingPromise } from './client-span.ts'
import { beginSend, processMessage } from './message.ts'

interface Options {
  readonly telemetry?: { readonly metadata?: unknown; readonly omitContext?: unknown }
  /** What is added for a schedule belongs to no request. */
  readonly repeat?: unknown
}

interface JobToAdd {
  readonly name: string
  readonly opts?: Options
}

interface Queue {
  readonly name: string
  add: (this: Queue, name: string, data: unknown, options?: Options) => unknown
  addBulk: (this: Queue, jobs: readonly JobToAdd[]) => unknown
}

interface Job {
  readonly id?: string
  readonly name: string
  readonly queueName: string
  readonly attemptsMade?: number
  readonly opts?: Options
}

interface Worker {
  callProcessJob: (this: Worker, job: Job, ...rest: unknown[]) => unknown
}

/** `bullmq/dist/cjs/classes/queue.js` */
export const patchBullmqQueue: Patch = exports => {
  const { prototype } = exports['Queue'] as { prototype: Queue }
  const { add, addBulk } = prototype
  replaceMethod(prototype, 'add', function (name, data, options) {
    let own = options
    const span = safely(() => sending(this.name, 1, metadata => (own = carrying(options, metadata))))
    return within(span, () => add.call(this, name, data, own))
  })
  replaceMethod(prototype, 'addBulk', function (jobs) {
    let own = jobs
    const span = safely(() =>
      sending(this.name, jobs.length, metadata => {
        own = jobs.map(job => ({ ...job, opts: carrying(job.opts, metadata) }))
      }),
    )
    return within(span, () => addBulk.call(this, own))
  })
  return undefined
}

/** `bullmq/dist/cjs/classes/worker.js`; a job that fails rejects here. */
export const patchBullmqWorker: Patch = exports => {
  const { prototype } = exports['Worker'] as { prototype: Worker }
  const { callProcessJob } = prototype
  replaceMethod(prototype, 'callProcessJob', function (job, ...rest) {
    return processMessage(
      {
        system: 'bullmq',
        destination: job.queueName,
        operation: 'process',
        attributes: { 'messaging.message.id': job.id, 'bullmq.job.name': job.name },
      },
      safely(() => metadataOf(job)),
      () => callProcessJob.call(this, job, ...rest),
    )
  })
  return undefined
}

function sending(queue: string, count: number, carry: (metadata: string) => void): Span | undefined {
  const attributes = count === 1 ? {} : { 'messaging.batch.message_count': count }
  return beginSend({ system: 'bullmq', destination: queue, operation: 'add', attributes }, carrier =>
    carry(JSON.stringify(carrier)),
  )
}

function carrying(options: Options | undefined, metadata: string): Options {
  const { telemetry, repeat } = options ?? {}
  const isOwn = telemetry?.metadata !== undefined || Boolean(telemetry?.omitContext) || repeat !== undefined
  return isOwn ? options! : { ...options, telemetry: { ...telemetry, metadata } }
}

/** The commands to Redis are below the span. */
function within<T>(span: Span | undefined, call: () => T): T {
  if (span === undefined) return call()
  return endingPromise(span, () => contexts.with(trace.setSpan(context.active(), span), call))
}

function metadataOf({ opts }: Job): unknown {
  const metadata = opts?.telemetry?.metadata
  return typeof metadata === 'string' ? JSON.parse(metadata) : undefined
}

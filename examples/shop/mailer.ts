/**
 * Mailer sends receipts later: a table of jobs behind an API, and a worker that polls it.
 * hono, ES modules, winston, better-sqlite3.
 *
 *   POST /jobs {kind, orderId}   → 202, with the caller's trace and correlation id kept beside the job
 *   POST /jobs/:id/run           what the worker calls for each job that is due
 *
 * The worker hands the kept headers back with its call. So what happens seconds later still belongs
 * to the trace of the checkout that asked for it.
 */
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import Database from 'better-sqlite3'
import { Hono } from 'hono'
import winston from 'winston'

const {
  PORT = '4405',
  HOST = '127.0.0.1',
  DATA_FOLDER = '.',
  CHECKOUT_URL = 'http://127.0.0.1:4403',
} = process.env
const POLL_MILLIS = 500
const MAX_ATTEMPTS = 3

interface Job {
  id: number
  kind: string
  orderId: string
  headers: string
  attempts: number
}

const log = winston.createLogger({
  format: winston.format.json(),
  transports: [new winston.transports.Console()],
})
const db = new Database(join(DATA_FOLDER, 'mailer.db'))
db.pragma('journal_mode = wal')
db.exec(`
  create table if not exists jobs (
    id integer primary key, kind text not null, order_id text not null, headers text not null,
    state text not null default 'due' check (state in ('due', 'running', 'done', 'dead')),
    attempts integer not null default 0
  );
  create index if not exists jobs_due on jobs (id) where state = 'due';
  update jobs set state = 'due' where state = 'running';
`)
const columns = 'id, kind, order_id as orderId, headers, attempts'
const sql = {
  add: db.prepare<[string, string, string]>('insert into jobs (kind, order_id, headers) values (?, ?, ?)'),
  claim: db.prepare<[], Job>(`
    update jobs set state = 'running', attempts = attempts + 1
    where id = (select id from jobs where state = 'due' order by id limit 1) returning ${columns}`),
  one: db.prepare<[string], Job>(`select ${columns} from jobs where id = ?`),
  settle: db.prepare<[string, number]>('update jobs set state = ? where id = ?'),
}

async function sendReceipt(job: Job): Promise<void> {
  const answer = await fetch(`${CHECKOUT_URL}/orders/${job.orderId}`)
  if (!answer.ok) throw new Error(`checkout answered ${answer.status} for order ${job.orderId}`)
  const { email, totalCents } = (await answer.json()) as { email: string; totalCents: number }
  if (email.endsWith('@bounce.example')) throw new Error(`550 no such mailbox: ${email}`)
  log.info(`receipt for order ${job.orderId} sent to ${email}: ${totalCents} cents`, { jobId: job.id })
}

const app = new Hono()

app.post('/jobs', async c => {
  const { kind, orderId } = await c.req.json<{ kind: string; orderId: string }>()
  const kept = ['traceparent', 'tracestate', 'x-correlation-id', 'x-request-id']
  const headers = kept.flatMap(name => (c.req.header(name) ? [[name, c.req.header(name)]] : []))
  const { lastInsertRowid } = sql.add.run(kind, orderId, JSON.stringify(headers))
  return c.json({ job: Number(lastInsertRowid) }, 202)
})

app.post('/jobs/:id/run', async c => {
  const job = sql.one.get(c.req.param('id'))
  if (!job) return c.json({ error: 'no_such_job' }, 404)
  try {
    await sendReceipt(job)
    sql.settle.run('done', job.id)
    return c.json({ done: job.id })
  } catch (error) {
    const dead = job.attempts >= MAX_ATTEMPTS
    sql.settle.run(dead ? 'dead' : 'due', job.id)
    const message = `job ${job.id} failed, attempt ${job.attempts} of ${MAX_ATTEMPTS}: ${(error as Error).message}`
    log.log(dead ? 'error' : 'warn', message, { jobId: job.id })
    return c.json({ error: 'job_failed' }, 500)
  }
})

const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: HOST }, () =>
  log.info(`mailer listens on ${HOST}:${PORT}`),
)

/** Runs the jobs that are due, one after the other; one that fails waits for the next round. */
async function workOff(): Promise<void> {
  for (let job = sql.claim.get(); job; job = sql.claim.get()) {
    const headers = JSON.parse(job.headers) as [string, string][]
    const answer = await fetch(`http://127.0.0.1:${PORT}/jobs/${job.id}/run`, { method: 'POST', headers })
    if (!answer.ok) return
  }
}

let stopping = false
let timer: NodeJS.Timeout
function poll(): void {
  timer = setTimeout(() => {
    workOff()
      .catch((error: unknown) => log.error(`the worker stumbled: ${String(error)}`))
      .finally(() => stopping || poll())
  }, POLL_MILLIS)
}
poll()

process.once('SIGTERM', () => {
  stopping = true
  clearTimeout(timer)
  server.close(() => db.close())
})

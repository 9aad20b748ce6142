/**
 * O2: bodies that together do not fit into memory, and bodies that do not fit into it once they are
 * inflated. O4 under a request of 64 MiB.
 */
import { gzipSync } from 'node:zlib'
import type { Case } from '../harness/case.ts'
import { Connection, postHead, postMessage } from '../harness/connection.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { turnFigures } from '../harness/own-metrics.ts'
import { cpuSeconds } from '../harness/process-tree.ts'
import { weather, type Storm } from '../harness/rough.ts'
import { spanRequests, spanRequestsJson, type SpanRequest } from '../payload/payload.ts'

const MIB = 1024 * 1024
const CLIENTS = 200
const CLIENT_BYTES = 20 * MIB
const BOMBS = 100
const BOMBS_AT_A_TIME = 10
const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

export default {
  about: `a request of 64 MiB, ${CLIENTS} clients × 20 MiB at once, ${BOMBS} × 1 GiB of zeros in gzip, in 512 MiB`,
  run: ({ folder, seed }) =>
    weather(folder, async storm => [
      ...(await oneLarge(storm, 'JSON', JSON_TYPE, largeJson(seed, 63 * MIB))),
      ...(await oneLarge(storm, 'protobuf', PROTOBUF, largeProtobuf(seed, 63 * MIB, 0))),
      ...(await manyClients(storm, seed)),
      ...(await bombs(storm)),
    ]),
} satisfies Case

async function oneLarge(
  { port, metrics }: Storm,
  what: string,
  type: string,
  body: Uint8Array,
): Promise<Figure[]> {
  await metrics()
  const connection = await Connection.open(port)
  const { status } = await connection.request(postMessage(port, '/v1/traces', type, body))
  connection.close()
  if (status !== 200) throw new Error(`${body.length} bytes of ${what} were answered ${status}`)
  return turnFigures(await metrics(), ` under 64 MiB of ${what}`)
}

/** Each sends until it is acknowledged; a refusal says when to come again. */
async function manyClients({ port }: Storm, seed: number): Promise<Figure[]> {
  const body = largeProtobuf(seed, CLIENT_BYTES, 1)
  const statuses: Record<number, number> = {}
  const took: number[] = []
  // No two bodies are the same, so none is a duplicate.
  const others = [...spanRequests({ ...options(seed + 2), spans: CLIENTS * 8, perRequest: 1 })]
  const client = async (n: number): Promise<void> => {
    const connection = await Connection.open(port)
    const own = others[n]!.body
    const head = postHead(port, '/v1/traces', PROTOBUF, body.length + own.length)
    const began = performance.now()
    const { status } = await connection.request(head, body, own)
    took.push(performance.now() - began)
    statuses[status] = (statuses[status] ?? 0) + 1
    connection.close()
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)))
  const [taken = 0, refused = 0] = [statuses[200], statuses[503]]
  return [
    { name: `${CLIENTS} × 20 MiB at once: taken`, value: taken, unit: 'requests', bar: { atLeast: 1 } },
    { name: 'refused for the moment', value: refused, unit: 'requests' },
    { name: 'anything else', value: CLIENTS - taken - refused, unit: 'requests', bar: { atMost: 0 } },
    { name: 'answered within, slowest', value: Math.max(...took), unit: 'ms' },
  ]
}

async function bombs({ port, collector }: Storm): Promise<Figure[]> {
  const honest = zeros(1024 * MIB)
  // The trailer's length says 1 MiB: only inflating it finds out.
  const lying = Buffer.from(honest)
  lying.writeUInt32LE(MIB, lying.length - 4)
  const messages = [honest, lying].map(bomb =>
    postMessage(port, '/v1/traces', `${PROTOBUF}\r\ncontent-encoding: gzip`, bomb),
  )
  const before = cpuSeconds(collector.pid)
  const took: number[] = []
  let others = 0
  const send = async (): Promise<void> => {
    const connection = await Connection.open(port)
    for (let n = 0; n < BOMBS / BOMBS_AT_A_TIME; n++) {
      const began = performance.now()
      const { status } = await connection.request(messages[n % 2]!)
      took.push(performance.now() - began)
      if (status !== 413 && status !== 503) others++
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: BOMBS_AT_A_TIME }, send))
  const cpu = cpuSeconds(collector.pid) - before
  return [
    { name: 'bombs neither 413 nor 503', value: others, unit: 'requests', bar: { atMost: 0 } },
    { name: 'a bomb is refused within, p99', value: quantile(took, 0.99), unit: 'ms', bar: { atMost: 1000 } },
    { name: 'CPU a bomb', value: (1000 * cpu) / BOMBS, unit: 'ms', bar: { atMost: 300 } },
  ]
}

const zeros = (bytes: number): Uint8Array => gzipSync(Buffer.alloc(bytes), { level: 9 })

/** Requests of different spans in one body, until it has about that many bytes. */
function joined(requests: Iterable<SpanRequest>, bytes: number): Uint8Array[] {
  const parts: Uint8Array[] = []
  let length = 0
  for (const { body } of requests) {
    if (length + body.length > bytes) break
    parts.push(body)
    length += body.length
  }
  return parts
}

const options = (seed: number) => ({
  seed,
  spans: 1_000_000,
  perRequest: 512,
  startMillis: Date.now() - 3_600_000,
})

/** Export requests that stand one behind the other are one request. */
const largeProtobuf = (seed: number, bytes: number, salt: number): Uint8Array =>
  Buffer.concat(joined(spanRequests(options(seed + salt)), bytes))

function largeJson(seed: number, bytes: number): Uint8Array {
  const groups = joined(spanRequestsJson(options(seed)), bytes).map(body =>
    Buffer.from(body).toString().slice('{"resourceSpans":['.length, -']}'.length),
  )
  return Buffer.from(`{"resourceSpans":[${groups.join(',')}]}`)
}

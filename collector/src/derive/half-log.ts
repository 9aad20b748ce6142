/**
 * What changed among the halves that wait, as a row of bytes: the numbers of those that wait no more,
 * and the new ones. All rows in their order give those that wait.
 */
import type { StatusCode } from '../model/telemetry.ts'
import { nanos, unixMinute } from '../model/time.ts'
import { NODE_KINDS, type GraphNode } from '../red/edges.ts'
import { ByteSink, ByteSource } from '../wire/bytes.ts'
import type { Half } from './halves.ts'

export function encodeChanges(waiting: ReadonlyMap<number, Half>, gone: readonly number[]): Uint8Array {
  const sink = new ByteSink(1_024)
  sink.varint(gone.length)
  for (const number of gone) sink.varint(number)
  const named = [...waiting.values()].flatMap(({ service, peer }) => (peer ? [service, peer] : [service]))
  const nodes = [...new Set(named)]
  sink.varint(nodes.length)
  for (const node of nodes) writeNode(sink, node)
  const places = new Map(nodes.map((node, place) => [node, place + 1]))
  sink.varint(waiting.size)
  for (const [number, half] of waiting) {
    sink.varint(number)
    writeHalf(sink, half, places)
  }
  return sink.take()
}

function writeNode(sink: ByteSink, { kind, name }: GraphNode): void {
  const text = Buffer.from(name)
  sink.varint(NODE_KINDS.indexOf(kind))
  sink.varint(text.length)
  sink.push(text, 0, text.length)
}

function writeHalf(sink: ByteSink, half: Half, places: ReadonlyMap<GraphNode, number>): void {
  const { key, side, via, status, service, peer, minute, duration, received } = half
  const flags = Number(side === 'server') + 2 * Number(via === 'message') + 4 * status
  const node = places.get(service)!
  for (const value of [key, flags, node, peer ? places.get(peer)! : 0, minute, duration, received])
    sink.varint(value)
}

/** Applies a row to what the rows before it gave. @throws RangeError where the bytes are no row */
export function applyChanges(waiting: Map<number, Half>, row: Uint8Array): void {
  const source = new ByteSource(row)
  for (let left = source.varint(); left > 0; left--) waiting.delete(source.varint())
  const nodes = Array.from({ length: source.varint() }, () => readNode(source))
  for (let left = source.varint(); left > 0; left--) waiting.set(source.varint(), readHalf(source, nodes))
}

function readNode(source: ByteSource): GraphNode {
  const kind = NODE_KINDS[source.varint()]!
  const length = source.varint()
  const start = source.position
  source.position += length
  return { kind, name: Buffer.from(source.bytes.subarray(start, start + length)).toString('utf8') }
}

function readHalf(source: ByteSource, nodes: readonly GraphNode[]): Half {
  const key = source.varint()
  const flags = source.varint()
  return {
    key,
    side: flags & 1 ? 'server' : 'client',
    via: flags & 2 ? 'message' : 'call',
    status: (flags >> 2) as StatusCode,
    service: nodes[source.varint() - 1]!,
    peer: nodes[source.varint() - 1],
    minute: unixMinute(source.varint()),
    duration: nanos(source.varint()),
    received: source.varint(),
  }
}

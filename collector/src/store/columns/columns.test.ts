/**
 * What goes into a block comes out again: spans and logs, through the columns and back.
 */
import { describe, expect, it } from 'vitest'
import { spanRequests, logRequests } from '../../../bench/payload/payload.ts'
import { logsOf, spansOf } from '../../decode/objects.ts'
import { unixNano } from '../../model/time.ts'
import type { EncodedBlock } from './block.ts'
import { DictionaryBuilder } from './dictionaries.ts'
import { bytesOf, Dictionary } from './dictionary.ts'
import { PartReader, readDirectory } from './layout.ts'
import { LogBlock } from './log-block.ts'
import { LogBlockBuilder } from './logs.ts'
import { BLOCK_ROWS } from './rows.ts'
import { SpanBlock } from './span-block.ts'
import { SpanBlockBuilder } from './spans.ts'

const received = unixNano(5n)
const allRows = (rows: number): number[] => Array.from({ length: rows }, (_, row) => row)

function reader(block: EncodedBlock): PartReader {
  return new PartReader(readDirectory(block.directory), chunk => block.chunks[chunk]!)
}

function encodeSpans(bodies: readonly Uint8Array[], compress: boolean): SpanBlock[] {
  const dictionary = new DictionaryBuilder()
  const builder = new SpanBlockBuilder(dictionary)
  const blocks: EncodedBlock[] = []
  const cut = (): unknown => blocks.push(builder.finish(compress))
  bodies.forEach((body, i) => builder.append(body, { sequence: i + 1, received }, cut))
  if (builder.rows > 0) cut()
  return blocks.map(block => new SpanBlock(reader(block), new Dictionary(bytesOf(dictionary)), block.from))
}

describe('a block of spans', () => {
  const bodies = [...spanRequests({ seed: 7, spans: 10_000, perRequest: 512 })].map(request => request.body)
  const sent = bodies.flatMap((body, i) =>
    spansOf(body).map((span, row) => ({ ...span, ordinal: { sequence: i + 1, row } })),
  )

  it.each([true, false])('gives back what was sent, compressed: %s', compress => {
    const blocks = encodeSpans(bodies, compress)
    expect(blocks.map(block => block.rows)).toEqual([BLOCK_ROWS, sent.length - BLOCK_ROWS])
    expect(blocks.flatMap(block => block.spans(allRows(block.rows)))).toEqual(sent)
  })

  it('finds the rows of a trace', () => {
    const [block] = encodeSpans(bodies, true)
    const id = sent[100]!.traceId
    const expected = sent.slice(0, BLOCK_ROWS).filter(span => span.traceId === id)
    expect(block!.spans(block!.rowsOfTrace(Buffer.from(id, 'hex')))).toEqual(expected)
  })
})

describe('a block of logs', () => {
  const bodies = [...logRequests({ seed: 7, logs: 10_000, perRequest: 512 })].map(request => request.body)
  const sent = bodies.flatMap((body, i) =>
    logsOf(body, received).map((log, row) => ({ ...log, ordinal: { sequence: i + 1, row } })),
  )

  it('gives back what was sent', () => {
    const dictionary = new DictionaryBuilder()
    const builder = new LogBlockBuilder(dictionary)
    const blocks: EncodedBlock[] = []
    bodies.forEach((body, i) =>
      builder.append(body, { sequence: i + 1, received }, () => blocks.push(builder.finish(true))),
    )
    blocks.push(builder.finish(true))
    const readers = blocks.map(
      block => new LogBlock(reader(block), new Dictionary(bytesOf(dictionary)), block.from),
    )
    expect(readers.flatMap(block => block.logs(allRows(block.rows)))).toEqual(sent)
  })
})

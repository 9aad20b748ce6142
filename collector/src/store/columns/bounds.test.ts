/**
 * What nobody sends on purpose and somebody sends: every pool of the encoders is bounded, nothing that
 * was sent is lost by it, and the block behind is encoded as any other.
 */
import { describe, expect, it } from 'vitest'
import { attrs, resource, Scene } from '../../../test/conformance/scene.ts'
import { encodeSpans } from '../../decode/objects.ts'
import { compileSpanFilter } from '../../filter/evaluate.ts'
import type { Filter } from '../../filter/ast.ts'
import type { Attributes } from '../../model/attributes.ts'
import type { Span } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import type { EncodedBlock } from './block.ts'
import { DictionaryBuilder } from './dictionaries.ts'
import { bytesOf, Dictionary } from './dictionary.ts'
import { PartReader, readDirectory } from './layout.ts'
import { BLOCK_ROWS } from './rows.ts'
import { spanSelector } from './select-spans.ts'
import { MAX_COLUMNS } from './shapes.ts'
import { SpanBlock } from './span-block.ts'
import { SpanBlockBuilder } from './spans.ts'

const received = unixNano(5n)
const scene = new Scene(0)

class Encoder {
  readonly dictionary = new DictionaryBuilder()
  readonly blocks: EncodedBlock[] = []
  readonly #builder = new SpanBlockBuilder(this.dictionary)
  #sequence = 0

  append(spans: readonly Span[]): void {
    this.#builder.append(encodeSpans(spans), { sequence: ++this.#sequence, received }, () => this.#cut())
  }

  /** Blocks so far, read. */
  read(): SpanBlock[] {
    if (this.#builder.rows > 0) this.#cut()
    return this.blocks.map(block => {
      const parts = new PartReader(readDirectory(block.directory), chunk => block.chunks[chunk]!)
      return new SpanBlock(parts, new Dictionary(bytesOf(this.dictionary)), block.from)
    })
  }

  #cut(): void {
    this.blocks.push(this.#builder.finish(true))
  }
}

const attributesOf = (blocks: readonly SpanBlock[]): Attributes[] =>
  blocks.flatMap(block =>
    block.spans(Array.from({ length: block.rows }, (_, row) => row)).map(span => span.attributes),
  )

/** A block, then an ordinary one: what the first took does not reach into the second. */
function roundTrip(spans: readonly Span[]): Encoder {
  const encoder = new Encoder()
  encoder.append(spans)
  const behind = scene.span({ name: 'behind', attributes: attrs('k', 'v', 'n', 1n) })
  encoder.append([behind])
  expect(attributesOf(encoder.read())).toEqual([...spans, behind].map(span => span.attributes))
  return encoder
}

describe('a block', () => {
  it('of 65,536 distinct values holds each, and its filter knows each', () => {
    const keys = Array.from({ length: 8 }, (_, n) => `key.${n}`)
    const spans = Array.from({ length: BLOCK_ROWS }, (_, row) =>
      scene.span({
        attributes: keys.map((key, n) => ({ key, value: `${n}-${(row * 8 + n).toString(36)}-x` })),
      }),
    )
    const { blocks } = roundTrip(spans)
    expect(blocks[0]!.rows).toBe(BLOCK_ROWS)
    // 6.5 bits a value in the Bloom filter, and what the facts of eight columns take.
    expect(blocks[0]!.filter!.length).toBeLessThan((65_536 * 6.5) / 8 + 16_384)
  })

  it('takes 10,000 keys of one span, of which the columns hold some and the span all', () => {
    const attributes = Array.from({ length: 10_000 }, (_, n) => ({ key: `key.${n}`, value: BigInt(n) }))
    const encoder = roundTrip([scene.span({ attributes })])
    expect(encoder.read()[0]!.attributes.columns.length).toBeLessThanOrEqual(MAX_COLUMNS)
  })

  it('takes 10,000 keys of as many spans, and a search finds each', () => {
    const spans = Array.from({ length: 10_000 }, (_, n) =>
      scene.span({ id: n + 1, attributes: attrs(`key.${n}`, `value ${n}`) }),
    )
    const encoder = roundTrip(spans)
    for (const block of encoder.read())
      expect(block.attributes.columns.length).toBeLessThanOrEqual(MAX_COLUMNS)
    for (const n of [0, MAX_COLUMNS, 5_000, 9_999]) {
      const value = { text: `value ${n}`, number: Number.NaN }
      const filter: Filter = { op: '=', field: { in: 'any', key: `key.${n}` }, value }
      const found = encoder.read().flatMap(block => [...spanSelector(filter).select(block)])
      expect(found.flatMap((bit, row) => (bit === 1 ? [row] : []))).toEqual([n])
      expect(spans.findIndex(compileSpanFilter(filter))).toBe(n)
    }
  })

  it('takes an attribute of 16 MiB, and is cut behind it', () => {
    const text = 'ä0123456789abcd'.repeat(2 ** 20)
    const bytes = new Uint8Array(16 * 2 ** 20).fill(7)
    const encoder = new Encoder()
    encoder.append([
      scene.span({ attributes: attrs('before', 1n) }),
      scene.span({ attributes: attrs('large', text, 'small', true) }),
      scene.span({ attributes: attrs('bytes', bytes) }),
      scene.span({ attributes: attrs('behind', 'v') }),
    ])
    const [before, large, binary, behind] = attributesOf(encoder.read())
    expect([before, behind]).toEqual([attrs('before', 1n), attrs('behind', 'v')])
    // By hand: to compare so much member by member takes longer than all the rest.
    expect(large![0]!.value === text && large![1]!.value).toBe(true)
    expect(Buffer.compare(binary![0]!.value as Uint8Array, bytes)).toBe(0)
    expect(encoder.blocks.length).toBeGreaterThan(1)
  })

  it('of 1,000 services names each once, whatever the number of blocks', () => {
    const services = Array.from({ length: 1_000 }, (_, n) =>
      resource(`service-${n}`, attrs('host.name', `h${n}`)),
    )
    const encoder = new Encoder()
    for (let round = 0; round < 20; round++)
      encoder.append(services.map((of, n) => scene.span({ id: round * 1_000 + n + 1, resource: of })))
    const blocks = encoder.read()
    expect(blocks.map(block => block.rows)).toEqual([BLOCK_ROWS, BLOCK_ROWS, 20_000 - 2 * BLOCK_ROWS])
    expect(encoder.dictionary.resources.size).toBe(1_000)
    const names = blocks.flatMap(block => Array.from({ length: block.rows }, (_, row) => block.service(row)))
    expect(names).toEqual(Array.from({ length: 20_000 }, (_, n) => `service-${n % 1_000}`))
  })
})

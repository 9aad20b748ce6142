/**
 * A block that is skipped holds no match: for texts, numbers and filters at random, whatever
 * matches a record lets the block's filter say "perhaps", and the columns find the same rows.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeLogs, encodeSpans } from '../../decode/objects.ts'
import type { Field, Filter } from '../../filter/ast.ts'
import { compileLogFilter, compileSpanFilter } from '../../filter/evaluate.ts'
import { decimalNumber } from '../../filter/number.ts'
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Attributes } from '../../model/attributes.ts'
import type { LogRecord, Span } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import { readBlockFilter } from './block-filter.ts'
import { compileBlockTest, type BlockFacts } from './block-test.ts'
import type { EncodedBlock } from './block.ts'
import { DictionaryBuilder } from './dictionaries.ts'
import { bytesOf, Dictionary } from './dictionary.ts'
import { PartReader, readDirectory } from './layout.ts'
import { LogBlock } from './log-block.ts'
import { LogBlockBuilder } from './logs.ts'
import { logSelector } from './select-logs.ts'
import { spanSelector } from './select-spans.ts'
import { SpanBlock } from './span-block.ts'
import { SpanBlockBuilder } from './spans.ts'

const seed = Number(process.env['HODOSCOPE_SEED'] ?? Date.now() % 2 ** 31)
const BLOCKS = 250
const FILTERS_EACH = 60

/** Words that nearly meet: in case, in length, in digits, beyond ASCII. */
const WORDS = [
  'order',
  'Order',
  'orders',
  'ORDER',
  'disorder',
  'k',
  '\u212a',
  'i',
  '\u0130',
  'straße',
  'STRASSE',
  'é',
  'É',
  '日本',
  '',
  'a-b',
  'ab',
] as const
const NUMBERS = [
  '7',
  '0',
  '00',
  '123456',
  '1234567',
  '234567',
  '12345678',
  '654321',
  '000000',
  '12345',
] as const

const word = fc.constantFrom(...WORDS)
const number = fc.oneof(fc.constantFrom(...NUMBERS), fc.integer({ min: 100_000, max: 9_999_999 }).map(String))
const hex = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(n => n.toString(16).padStart(8, '0'))
const piece = fc.oneof(word, number, hex)
const phrase = fc
  .array(piece, { maxLength: 3 })
  .chain(of => fc.constantFrom(' ', '', '/').map(by => of.join(by)))

/** What is asked is cut out of a phrase at random, so that it is often there, or nearly. */
const cut = fc
  .tuple(phrase, fc.nat(12), fc.nat(12), fc.boolean())
  .map(([text, from, length, whole]) => (whole ? text : text.slice(from, from + length)))

const KEYS = ['k', 'request.id', 'n', '__proto__'] as const
const value = fc.oneof(
  { weight: 6, arbitrary: phrase },
  { weight: 1, arbitrary: fc.constantFrom(7n, 7.5, true, null, 12_345_678n, -3n) },
)
const attributes: fc.Arbitrary<Attributes> = fc.array(fc.record({ key: fc.constantFrom(...KEYS), value }), {
  maxLength: 3,
})
const resource = fc
  .tuple(fc.constantFrom('web', 'Web', 'db', 'order'), attributes)
  .map(([service, more]) => ({
    attributes: [{ key: 'service.name', value: service }, ...more],
    droppedAttributesCount: 0,
    schemaUrl: '',
  }))
const scope = attributes.map(of => ({
  name: of.length > 1 ? 'lib' : '',
  version: '',
  attributes: of,
  droppedAttributesCount: 0,
  schemaUrl: '',
}))
const id = (length: number) => fc.integer({ min: 1, max: 4 }).map(n => n.toString(16).padStart(length, '0'))

const span: fc.Arbitrary<Span> = fc.record({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: fc.constant(''),
  traceState: fc.constant(''),
  flags: fc.constant(0),
  name: phrase,
  kind: fc.constantFrom(0, 1, 2, 3, 4, 5),
  startTimeUnixNano: fc.constant(unixNano(1_000_000n)),
  endTimeUnixNano: fc.integer({ min: 0, max: 3_000_000 }).map(n => unixNano(BigInt(n))),
  attributes,
  droppedAttributesCount: fc.constant(0),
  events: fc.array(
    fc.record({
      timeUnixNano: fc.constant(unixNano(1n)),
      name: fc.constantFrom('exception', 'Exception', ''),
      attributes,
      droppedAttributesCount: fc.constant(0),
    }),
    { maxLength: 1 },
  ),
  droppedEventsCount: fc.constant(0),
  links: fc.constant([]),
  droppedLinksCount: fc.constant(0),
  status: fc.record({ code: fc.constantFrom(0, 1, 2), message: phrase }),
  resource,
  scope,
})

const log: fc.Arbitrary<LogRecord> = fc.record({
  timeUnixNano: fc.constant(unixNano(5n)),
  observedTimeUnixNano: fc.constant(unixNano(5n)),
  severityNumber: fc.constantFrom(0, 1, 9, 13, 17, 24),
  severityText: fc.constant(''),
  eventName: fc.constantFrom('', 'gc', 'order'),
  body: value,
  attributes,
  droppedAttributesCount: fc.constant(0),
  flags: fc.constant(0),
  traceId: id(32),
  spanId: id(16),
  resource,
  scope,
})

/** Some blocks are of few records, some of so many distinct ones that their columns are no dictionaries. */
const many = <T>(record: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(record, { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.array(record, { minLength: 12, maxLength: 60 }) },
  )

const field: fc.Arbitrary<Field> = fc.oneof(
  fc.record({
    in: fc.constantFrom('any', 'span', 'log', 'event', 'link', 'scope', 'resource'),
    key: fc.constantFrom(...KEYS, 'absent'),
  }),
  fc.record({
    in: fc.constant('intrinsic' as const),
    name: fc.constantFrom(
      'service',
      'name',
      'kind',
      'status',
      'statusMessage',
      'duration',
      'traceId',
      'scope',
      'event',
      'severity',
      'body',
    ),
  }),
)
const literal = fc
  .oneof(
    cut,
    fc.constantFrom('7', '-3', '7.5', 'server', 'error', 'warn', '1000000', `${'0'.repeat(31)}2`, 'lib'),
  )
  .map(text => ({ text, number: decimalNumber(text) }))
const pattern = fc.oneof(
  cut,
  cut.map(text => `*${text}`),
  fc.tuple(cut, cut).map(([a, b]) => `${a}*${b}`),
)
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('text' as const), text: cut }) },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constantFrom('=', '<', '<=', '>', '>='), field, value: literal }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('contains' as const), field, pattern: cut }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('wildcard' as const), field, pattern }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('exists' as const), field }) },
)
const filter: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    { weight: 5, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constantFrom('and', 'or'),
        of: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('not' as const), of: tie('tree') }) },
  ),
})).tree

function factsOf(block: EncodedBlock, dictionary: Dictionary): BlockFacts {
  const { signal, resources, maxDuration } = block
  return {
    signal,
    filter: readBlockFilter(block.filter!)!,
    dictionary,
    resources,
    maxDuration,
    indexed: of => block.lookups.includes(lookupHash(of, 0, of.length)),
  }
}

const partsOf = (block: EncodedBlock): PartReader =>
  new PartReader(readDirectory(block.directory), chunk => block.chunks[chunk]!)

interface Question<Item> {
  readonly matches: (filter: Filter) => (record: Item) => boolean
  readonly build: (records: Item[]) => { facts: BlockFacts; select: (filter: Filter) => Uint8Array }
}

const SPANS: Question<Span> = {
  matches: compileSpanFilter,
  build(records) {
    const builder = new DictionaryBuilder()
    const spans = new SpanBlockBuilder(builder)
    spans.append(encodeSpans(records), { sequence: 1, received: unixNano(5n) }, () => undefined)
    const block = spans.finish(true)
    const dictionary = new Dictionary(bytesOf(builder))
    const reader = new SpanBlock(partsOf(block), dictionary, block.from)
    return { facts: factsOf(block, dictionary), select: tree => spanSelector(tree).select(reader) }
  },
}
const LOGS: Question<LogRecord> = {
  matches: compileLogFilter,
  build(records) {
    const builder = new DictionaryBuilder()
    const logs = new LogBlockBuilder(builder)
    logs.append(encodeLogs(records), { sequence: 1, received: unixNano(5n) }, () => undefined)
    const block = logs.finish(true)
    const dictionary = new Dictionary(bytesOf(builder))
    const reader = new LogBlock(partsOf(block), dictionary, block.from)
    return { facts: factsOf(block, dictionary), select: tree => logSelector(tree).select(reader) }
  },
}

/** @returns how many questions had no match, and how many of those blocks were skipped */
function ask<Item>(records: fc.Arbitrary<Item>, { build, matches }: Question<Item>): [number, number] {
  let [without, skipped] = [0, 0]
  for (let n = 0; n < BLOCKS; n++) {
    const [given] = fc.sample(many(records), { seed: seed + n, numRuns: 1 })
    const { facts, select } = build(given!)
    for (const tree of fc.sample(filter, { seed: seed + n, numRuns: FILTERS_EACH })) {
      const expected = given!.map(record => (matches(tree)(record) ? 1 : 0))
      const where = `seed ${seed}, block ${n}: ${JSON.stringify(tree)}`
      expect([...select(tree)], where).toEqual(expected)
      const perhaps = compileBlockTest(tree)(facts)
      if (expected.includes(1)) expect(perhaps, `${where} skips a match`).toBe(true)
      else {
        without++
        if (!perhaps) skipped++
      }
    }
  }
  return [without, skipped]
}

describe('a block filter', () => {
  it.each([
    ['spans', () => ask(span, SPANS)],
    ['logs', () => ask(log, LOGS)],
  ])(
    'never skips a block of %s that holds a match, and skips most others',
    { timeout: 60_000 },
    (what, run) => {
      const [without, skipped] = run()
      console.log(`${what}, seed ${seed}: ${skipped} of ${without} blocks without a match were skipped`)
      expect(skipped / without).toBeGreaterThan(0.6)
    },
  )
})

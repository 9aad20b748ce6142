/**
 * Which attribute keys and values there are, with counts: what completion offers.
 *
 * Counted over columns: a shape says at once which keys all of its records have, and a dictionary
 * which values.
 */
import type { Attributes } from '../../model/attributes.ts'
import { MATCH_ALL, type Filter } from '../../filter/ast.ts'
import { INTRINSICS, KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { severityClass } from '../../filter/severity.ts'
import type { Signal } from '../../model/telemetry.ts'
import { valueText } from '../../model/value-text.ts'
import type { KeysQuery, ValuesQuery } from '../api.ts'
import type { BlockReader } from '../columns/block-reader.ts'
import { ROLE, type Role } from '../columns/layout.ts'
import type { Mask } from '../columns/select.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { KeyCounts, ValueCounts, type KeyCount } from '../shared/counts.ts'
import { RangeSelector, type Scan } from './scan.ts'

export function attributeKeys(scan: Scan, query: KeysQuery): readonly KeyCount[] {
  const counts = new KeyCounts()
  const wanted = (attributes: Attributes): string[] => [
    ...new Set(attributes.map(entry => entry.key).filter(key => key.startsWith(query.prefix))),
  ]
  eachBlock(scan, query, (block, mask) => {
    countShapes(block, mask, query.prefix, counts)
    for (const { row, attributes } of block.attributes.restRows())
      if (mask[row] === 1) for (const key of wanted(attributes)) counts.add('record', key)
    for (const [id, rows] of countNumbers(block, ROLE.resource, mask))
      for (const key of wanted(block.dictionary.resource(id).attributes)) counts.add('resource', key, rows)
    for (const [id, rows] of countNumbers(block, ROLE.scope, mask))
      for (const key of wanted(block.dictionary.scope(id).attributes)) counts.add('scope', key, rows)
    for (const attributes of eventAttributes(block, mask))
      for (const key of wanted(attributes.attributes)) counts.add('event', key)
  })
  return counts.top(query.limit)
}

function countShapes(block: BlockReader, mask: Mask, prefix: string, counts: KeyCounts): void {
  const { columns, shapes } = block.attributes
  for (const [shape, rows] of countNumbers(block, ROLE.shape, mask)) {
    if (shape < 0) continue
    for (const key of new Set(shapes[shape]!.map(place => columns[place]!.key)))
      if (key.startsWith(prefix)) counts.add('record', key, rows)
  }
}

/** How many marked rows have each number. */
function countNumbers(block: BlockReader, role: Role, mask: Mask): Map<number, number> {
  const numbers = role === ROLE.shape ? block.attributes.shapeOfRow : block.integers(role)
  const counts = new Map<number, number>()
  for (let row = 0; row < mask.length; row++)
    if (mask[row] === 1) counts.set(numbers[row]!, (counts.get(numbers[row]!) ?? 0) + 1)
  return counts
}

/** For each marked span with events, the attributes of all of them. */
function* eventAttributes(
  block: BlockReader,
  mask: Mask,
): Generator<{ row: number; attributes: Attributes }> {
  if (!(block instanceof SpanBlock)) return
  for (const row of block.rowsWith(ROLE.eventRow))
    if (mask[row] === 1) yield { row, attributes: block.eventsOf(row).flatMap(event => event.attributes) }
}

function eachBlock(
  scan: Scan,
  { signal, range, filter = MATCH_ALL }: KeysQuery & { readonly filter?: Filter },
  visit: (block: BlockReader, mask: Mask) => void,
): void {
  const blocks = scan.candidates(signal, range, filter)
  const selector = new RangeSelector<Signal>(signal, filter, range)
  scan.each(signal, blocks, block => visit(block, selector.mask(block)), scan.blockTest(signal, filter))
}

export function attributeValues(
  scan: Scan,
  query: ValuesQuery,
): readonly { readonly value: string; readonly count: number }[] {
  const counts = new ValueCounts()
  const listed = LISTED[query.key]
  const isIntrinsic =
    listed !== undefined && INTRINSICS[query.key as keyof typeof INTRINSICS].includes(query.signal)
  eachBlock(scan, query, (block, mask) => {
    if (!isIntrinsic) countAttribute(block, mask, query, counts)
    else
      for (const [text, rows] of listed(block, mask))
        if (text !== '' && text.startsWith(query.prefix)) counts.add(text, rows)
  })
  return counts.top(query.limit)
}

type TextCounts = Iterable<readonly [string, number]>

/** The intrinsics whose values can be listed. */
const LISTED: Readonly<Record<string, (block: BlockReader, mask: Mask) => TextCounts>> = {
  __proto__: null as never,
  service: (block, mask) =>
    named(countNumbers(block, ROLE.resource, mask), id => block.dictionary.service(id)),
  kind: (block, mask) => named(countNumbers(block, ROLE.kind, mask), kind => KIND_NAMES[kind] ?? ''),
  status: (block, mask) => named(countNumbers(block, ROLE.status, mask), code => STATUS_NAMES[code] ?? ''),
  severity: (block, mask) => named(countNumbers(block, ROLE.severity, mask), severityClass),
  name(block, mask) {
    const names = block.strings(ROLE.name)
    const counts = new Map<number, number>()
    for (let row = 0; row < mask.length; row++)
      if (mask[row] === 1) counts.set(names.indexOf(row), (counts.get(names.indexOf(row)) ?? 0) + 1)
    return named(counts, index => names.text(index))
  },
}

const named = (counts: ReadonlyMap<number, number>, name: (number: number) => string): TextCounts =>
  [...counts].map(([number, count]) => [name(number), count] as const)

/**
 * Rows in which the key stands once and nowhere else are counted by column; a row in which it
 * stands in several places counts each of its texts once.
 */
function countAttribute(
  block: BlockReader,
  mask: Mask,
  { key, prefix }: ValuesQuery,
  counts: ValueCounts,
): void {
  const texts = new RowTexts(block.rows, counts)
  const add = (row: number, text: string | undefined): void => {
    if (text !== undefined && mask[row] === 1 && text.startsWith(prefix)) texts.add(row, text)
  }
  block.attributes.columns.forEach((column, place) => {
    if (column.key !== key || column.count === 0) return
    const { first, times } = block.attributes.positions(place)
    for (let row = 0; row < mask.length; row++)
      for (let i = 0; i < times[row]!; i++)
        add(row, valueText(block.attributes.value(place, first[row]! + i)))
  })
  const addAll = (row: number, attributes: Attributes): void => {
    for (const entry of attributes) if (entry.key === key) add(row, valueText(entry.value))
  }
  for (const { row, attributes } of block.attributes.restRows()) addAll(row, attributes)
  for (const { row, attributes } of eventAttributes(block, mask)) addAll(row, attributes)
  for (const [role, attributesOf] of [
    [ROLE.scope, (id: number) => block.dictionary.scope(id).attributes],
    [ROLE.resource, (id: number) => block.dictionary.resource(id).attributes],
  ] as const) {
    const numbers = block.integers(role)
    const has = new Map<number, Attributes>()
    for (let row = 0; row < mask.length; row++) {
      const id = numbers[row]!
      let own = has.get(id)
      if (own === undefined) has.set(id, (own = attributesOf(id).filter(entry => entry.key === key)))
      if (own.length > 0) addAll(row, own)
    }
  }
}

/** Counts each text once a row. */
class RowTexts {
  readonly #counts: ValueCounts
  readonly #first: (string | undefined)[]
  readonly #more = new Map<number, Set<string>>()

  constructor(rows: number, counts: ValueCounts) {
    this.#counts = counts
    this.#first = Array.from<string | undefined>({ length: rows })
  }

  add(row: number, text: string): void {
    const first = this.#first[row]
    if (first === undefined) this.#first[row] = text
    else {
      if (first === text) return
      const more = this.#more.get(row) ?? new Set()
      if (more.has(text)) return
      this.#more.set(row, more.add(text))
    }
    this.#counts.add(text)
  }
}

/**
 * The filter tree over the columns of a block: a mask of the rows that match.
 *
 * A test from `filter/compare.ts` is called once for each distinct value, and the rows that have
 * it are marked; resources and scopes are tested once for each that occurs. Only what lies in no
 * column (events, links, the rest column) is decoded row by row.
 */
import type { Field, Filter, Intrinsic } from '../../filter/ast.ts'
import {
  compileIntrinsicTest,
  compileTextTest,
  compileValueTest,
  type FieldLeaf,
  type ValueTest,
} from '../../filter/compare.ts'
import type { TextTest } from '../../filter/pattern.ts'
import type { AnyValue, Attributes } from '../../model/attributes.ts'
import { storedValue, valueAt } from './attribute-reader.ts'
import type { BlockReader } from './block-reader.ts'
import { valuesContaining, valuesEqual } from './contains.ts'
import { ROLE, type Role } from './layout.ts'
import { needleOf, type Needle } from './string-facts.ts'
import type { StringColumn } from './strings.ts'
import { TYPE, type ValueColumn } from './values.ts'

/** A test of values, and what of it can be found in the bytes of a column of texts as a whole. */
export interface ColumnQuestion {
  readonly test: ValueTest
  readonly needle?: Needle | undefined
  readonly equal?: Buffer | undefined
}

export function questionOf(leaf: FieldLeaf, test: ValueTest): ColumnQuestion {
  if (leaf.op === 'contains') return { test, needle: needleOf(leaf.pattern) }
  // The empty text is absent as an intrinsic; one with half a surrogate pair stands nowhere in UTF-8.
  const exact = leaf.op === '=' && leaf.value.text !== '' && leaf.value.text.isWellFormed()
  return exact ? { test, equal: Buffer.from(leaf.value.text) } : { test }
}

/** Rows by 1 (matches) and 0. */
export type Mask = Uint8Array<ArrayBuffer>

/** What a signal adds: its intrinsics, and what bare words look into beside the attributes. */
export interface SignalSelect<Block extends BlockReader> {
  intrinsic(block: Block, name: Intrinsic, leaf: FieldLeaf): Mask
  /** Marks rows whose values outside of columns (events, links) pass. */
  elsewhere(block: Block, field: Exclude<Field, { in: 'intrinsic' }>, test: ValueTest, mask: Mask): void
  text(block: Block, question: ColumnQuestion, mask: Mask): void
  /** The place of the record's own attributes in a field: 'span' or 'log'. */
  readonly own: 'span' | 'log'
}

export class Selector<Block extends BlockReader> {
  readonly #signal: SignalSelect<Block>
  readonly #test: (block: Block) => Mask

  constructor(filter: Filter, signal: SignalSelect<Block>) {
    this.#signal = signal
    this.#test = this.#compile(filter)
  }

  select(block: Block): Mask {
    return this.#test(block)
  }

  #compile(filter: Filter): (block: Block) => Mask {
    switch (filter.op) {
      case 'all':
        return block => new Uint8Array(block.rows).fill(1)
      case 'and':
        return this.#combine(filter.of, 1, (a, b) => a & b)
      case 'or':
        return this.#combine(filter.of, 0, (a, b) => a | b)
      case 'not': {
        const test = this.#compile(filter.of)
        return block => test(block).map(bit => bit ^ 1)
      }
      case 'text': {
        const test = compileTextTest(filter.text)
        const onString: ValueTest = value => typeof value === 'string' && test(value)
        const question = { test: onString, needle: needleOf(filter.text) }
        return block => this.#text(block, test, question)
      }
      default:
        return this.#leaf(filter)
    }
  }

  #combine(
    parts: readonly Filter[],
    empty: 0 | 1,
    join: (a: number, b: number) => number,
  ): (block: Block) => Mask {
    const tests = parts.map(part => this.#compile(part))
    return block => {
      const result: Mask = new Uint8Array(block.rows).fill(empty)
      for (const test of tests) {
        // Once no row can change any more, the columns of the other parts are not even read.
        if (result.every(bit => bit !== empty)) break
        const mask = test(block)
        for (let row = 0; row < result.length; row++) result[row] = join(result[row]!, mask[row]!)
      }
      return result
    }
  }

  #leaf(leaf: FieldLeaf): (block: Block) => Mask {
    const { field } = leaf
    if (field.in === 'intrinsic') return block => this.#signal.intrinsic(block, field.name, leaf)
    const test = compileValueTest(leaf)
    const question = questionOf(leaf, test)
    const has = (attributes: Attributes): boolean =>
      attributes.some(entry => entry.key === field.key && test(entry.value))
    return block => {
      const mask: Mask = new Uint8Array(block.rows)
      if (field.in === 'any' || field.in === this.#signal.own)
        markAttributes(block, mask, field.key, question)
      if (field.in === 'any' || field.in === 'resource')
        markNumbers(block, ROLE.resource, mask, id => has(block.dictionary.resource(id).attributes))
      if (field.in === 'any' || field.in === 'scope')
        markNumbers(block, ROLE.scope, mask, id => has(block.dictionary.scope(id).attributes))
      this.#signal.elsewhere(block, field, test, mask)
      return mask
    }
  }

  #text(block: Block, test: TextTest, question: ColumnQuestion): Mask {
    const mask: Mask = new Uint8Array(block.rows)
    markNumbers(block, ROLE.resource, mask, id => test(block.dictionary.service(id)))
    block.attributes.columns.forEach((column, place) => {
      if (column.type === TYPE.string && column.count > 0) markColumn(block, place, mask, question)
    })
    markRest(block, mask, entry => question.test(entry.value))
    this.#signal.text(block, question, mask)
    return mask
  }
}

function markAttributes(block: BlockReader, mask: Mask, key: string, question: ColumnQuestion): void {
  block.attributes.columns.forEach((column, place) => {
    if (column.key === key && column.count > 0) markColumn(block, place, mask, question)
  })
  markRest(block, mask, entry => entry.key === key && question.test(entry.value))
}

function markColumn(block: BlockReader, place: number, mask: Mask, question: ColumnQuestion): void {
  const passes = columnTest(block.attributes.column(place), question)
  if (passes === undefined) return
  const { first, times } = block.attributes.positions(place)
  for (let row = 0; row < mask.length; row++) {
    const count = times[row]!
    for (let i = 0; i < count; i++) if (passes(first[row]! + i)) mask[row] = 1
  }
}

function markRest(
  block: BlockReader,
  mask: Mask,
  passes: (entry: { key: string; value: AnyValue }) => boolean,
): void {
  for (const { row, attributes } of block.attributes.restRows())
    if (mask[row] === 0 && attributes.some(passes)) mask[row] = 1
}

/** The test of a position of a column, or undefined when no value of it passes. */
export function columnTest(
  column: ValueColumn,
  question: ColumnQuestion,
): ((position: number) => boolean) | undefined {
  const { test } = question
  if (!('strings' in column)) return position => test(valueAt(column, position))
  const { strings, type } = column
  const passing = passingValues(strings, index => test(storedValue(type, strings, index)), {
    needle: type === TYPE.string ? question.needle : undefined,
    equal: type === TYPE.string ? question.equal : undefined,
  })
  return passing === undefined ? undefined : position => passing[strings.indexOf(position)] === 1
}

/** Kept values that pass, by index; undefined when none does. */
function passingValues(
  strings: StringColumn,
  passes: (index: number) => boolean,
  { needle, equal }: Pick<ColumnQuestion, 'needle' | 'equal'>,
): Uint8Array | undefined {
  const found =
    (needle === undefined ? undefined : valuesContaining(strings.parts, needle)) ??
    (equal === undefined ? undefined : valuesEqual(strings.parts, equal))
  if (found !== undefined) return found === 'none' ? undefined : found
  const passing = new Uint8Array(strings.size)
  let any = false
  for (let index = 0; index < passing.length; index++)
    if (passes(index)) {
      passing[index] = 1
      any = true
    }
  return any ? passing : undefined
}

/** Marks rows by a number that refers to few things: each is tested once. */
export function markNumbers(
  block: BlockReader,
  role: Role,
  mask: Mask,
  test: (value: number) => boolean,
): void {
  const numbers = block.integers(role)
  const known = new Map<number, boolean>()
  for (let row = 0; row < mask.length; row++) {
    const value = numbers[row]!
    let passes = known.get(value)
    if (passes === undefined) known.set(value, (passes = test(value)))
    if (passes) mask[row] = 1
  }
}

export function markStrings(block: BlockReader, role: Role, mask: Mask, question: ColumnQuestion): void {
  const strings = block.strings(role)
  const passing = passingValues(strings, index => question.test(strings.text(index)), question)
  if (passing === undefined) return
  for (let row = 0; row < mask.length; row++) if (passing[strings.indexOf(row)] === 1) mask[row] = 1
}

/** Marks rows by a text made for each of them. */
export function markEach(mask: Mask, passes: (row: number) => boolean): void {
  for (let row = 0; row < mask.length; row++) if (mask[row] === 0 && passes(row)) mask[row] = 1
}

/** Marks rows by the id of their trace: an equality decodes no other id. */
export function markTraces(block: BlockReader, leaf: FieldLeaf, mask: Mask): void {
  const test = compileIntrinsicTest(leaf)
  const count = block.traceIds.length / 16
  const passing = new Set<number>()
  if (leaf.op === '=' && /^[0-9a-f]{32}$/.test(leaf.value.text)) {
    for (const row of block.rowsOfTrace(Buffer.from(leaf.value.text, 'hex'))) mask[row] = 1
    return
  }
  for (let index = 0; index < count; index++) if (test(block.traceIdAt(index))) passing.add(index)
  const indexes = block.traceIndex
  for (let row = 0; row < mask.length; row++) if (passing.has(indexes[row]!)) mask[row] = 1
}

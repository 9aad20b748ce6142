/**
 * The filter tree over what is known of a block without reading it: whether a record of it may
 * match. A `false` is certain, so the block is skipped; a `true` promises nothing.
 *
 * What a `not` holds is not looked into: that some record may match says nothing of the others.
 */
import type { Field, Filter, Intrinsic } from '../../filter/ast.ts'
import {
  compileIntrinsicTest,
  compileTextTest,
  compileValueTest,
  type FieldLeaf,
} from '../../filter/compare.ts'
import { KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { exactInteger } from '../../filter/number.ts'
import { compileSeverityTest } from '../../filter/severity.ts'
import type { Attributes } from '../../model/attributes.ts'
import type { Signal } from '../../model/telemetry.ts'
import type { BlockFilter, FilterColumn } from './block-filter.ts'
import type { Dictionary } from './dictionary.ts'
import { FLAG } from './filter-builder.ts'
import { ROLE } from './layout.ts'
import { mayBe, mayContain, needleOf, type Indexed, type StringFacts } from './string-facts.ts'
import { TYPE } from './values.ts'

export interface BlockFacts {
  readonly signal: Signal
  readonly filter: BlockFilter
  readonly dictionary: Dictionary
  /** Numbers of the resources that occur. */
  readonly resources: readonly number[]
  readonly maxDuration: number
  readonly indexed: Indexed
}

export type BlockTest = (block: BlockFacts) => boolean

const always: BlockTest = () => true

export function compileBlockTest(filter: Filter): BlockTest {
  switch (filter.op) {
    case 'all':
    case 'not':
      return always
    case 'and': {
      const tests = filter.of.map(compileBlockTest)
      return block => tests.every(test => test(block))
    }
    case 'or': {
      const tests = filter.of.map(compileBlockTest)
      return block => tests.some(test => test(block))
    }
    case 'text':
      return compileText(filter.text)
    default:
      return filter.field.in === 'intrinsic'
        ? compileIntrinsic(filter.field.name, filter)
        : compileAttribute(filter.field, filter)
  }
}

function compileText(text: string): BlockTest {
  const needle = needleOf(text)
  const test = compileTextTest(text)
  return block => {
    const { filter, dictionary, resources, indexed } = block
    if ((filter.flags & (FLAG.rest | FLAG.openBody | FLAG.openEvents)) !== 0) return true
    const holds = (facts: StringFacts): boolean => mayContain(facts, filter.bloom, needle, indexed)
    for (const facts of filter.intrinsics.values()) if (holds(facts)) return true
    for (const { facts } of filter.columns) if (facts !== undefined && holds(facts)) return true
    return holds(filter.eventTexts) || resources.some(id => test(dictionary.service(id)))
  }
}

/** Whether a column of texts may hold a value that passes. */
type FactsTest = (facts: StringFacts, block: BlockFacts) => boolean

function compileFacts(leaf: FieldLeaf): FactsTest {
  switch (leaf.op) {
    case '=': {
      const value = Buffer.from(leaf.value.text)
      return (facts, block) => mayBe(facts, block.filter.bloom, value, block.indexed)
    }
    case 'contains':
    case 'wildcard': {
      const parts =
        leaf.op === 'contains' ? [leaf.pattern] : leaf.pattern.split('*').filter(part => part !== '')
      const needles = parts.map(needleOf)
      return (facts, block) =>
        needles.every(needle => mayContain(facts, block.filter.bloom, needle, block.indexed))
    }
    default:
      return () => true
  }
}

function compileIntrinsic(name: Intrinsic, leaf: FieldLeaf): BlockTest {
  const facts = compileFacts(leaf)
  const ofRole =
    (role: number): BlockTest =>
    block => {
      const known = block.filter.intrinsics.get(role)
      return known !== undefined && facts(known, block)
    }
  switch (name) {
    case 'service': {
      const test = compileIntrinsicTest(leaf)
      return ({ dictionary, resources }) => resources.some(id => test(dictionary.service(id)))
    }
    case 'scope': {
      const test = compileIntrinsicTest(leaf)
      return ({ dictionary, filter }) => filter.scopes.some(id => test(dictionary.scope(id).name))
    }
    case 'name':
      return ofRole(ROLE.name)
    case 'statusMessage':
      return ofRole(ROLE.statusMessage)
    case 'body':
      return block => (block.filter.flags & FLAG.openBody) !== 0 || ofRole(ROLE.body)(block)
    case 'event':
      return block => (block.signal === 'logs' ? ofRole(ROLE.eventName)(block) : mayHaveEvent(block, facts))
    case 'kind':
      return compileSet('traces', filter => filter.kinds, namesOf(KIND_NAMES, leaf))
    case 'status':
      return compileSet('traces', filter => filter.statuses, namesOf(STATUS_NAMES, leaf))
    case 'severity':
      return compileSet('logs', filter => filter.kinds, compileSeverityTest(leaf))
    case 'duration':
      return compileDuration(leaf)
    case 'traceId':
      return compileTraceId(leaf)
    case 'root':
    case 'spanId':
    case 'parentId':
      return always
  }
}

const mayHaveEvent = (block: BlockFacts, test: FactsTest): boolean =>
  (block.filter.flags & FLAG.openEvents) !== 0 || test(block.filter.eventNames, block)

function namesOf(names: readonly string[], leaf: FieldLeaf): (number: number) => boolean {
  const test = compileIntrinsicTest(leaf)
  return number => test(names[number] ?? '')
}

/** @param passes of small numbers; what stands for many larger ones may match */
function compileSet(
  signal: Signal,
  setOf: (filter: BlockFilter) => number,
  passes: (number: number) => boolean,
): BlockTest {
  let passing = 2 ** 31
  for (let number = 0; number < 31; number++) if (passes(number)) passing += 2 ** number
  return block => block.signal === signal && (setOf(block.filter) & passing) !== 0
}

function compileDuration(leaf: FieldLeaf): BlockTest {
  if (leaf.op !== '=' && leaf.op !== '>' && leaf.op !== '>=') return block => block.signal === 'traces'
  const bound = numberOf(leaf.value)
  return ({ signal, maxDuration }) => signal === 'traces' && maxDuration >= bound
}

function compileTraceId(leaf: FieldLeaf): BlockTest {
  if (leaf.op !== '=') return always
  const { text } = leaf.value
  if (!/^[\da-f]{32}$/.test(text)) return always
  const id = Buffer.from(text, 'hex')
  return ({ indexed }) => indexed(id)
}

/** The double next to what a value is compared with: comparing with it leaves nothing out unless it is strict. */
const numberOf = (literal: { readonly text: string; readonly number: number }): number =>
  Number(exactInteger(literal.text) ?? literal.number)

function compileAttribute(field: Exclude<Field, { in: 'intrinsic' }>, leaf: FieldLeaf): BlockTest {
  const { key } = field
  const value = compileValueTest(leaf)
  const facts = compileFacts(leaf)
  const range = compileRange(leaf)
  const has = (attributes: Attributes): boolean =>
    attributes.some(entry => entry.key === key && value(entry.value))
  const inColumn = (block: BlockFacts, column: FilterColumn): boolean => {
    if (block.dictionary.key(column.key) !== key) return false
    if (column.facts !== undefined) return facts(column.facts, block)
    return column.range === undefined || column.type !== TYPE.int || range(column.range)
  }
  const inEvents = (block: BlockFacts): boolean => {
    if ((block.filter.flags & FLAG.openEvents) !== 0) return true
    const other = block.filter.eventKeys.get(key)
    return other !== undefined && (other || facts(block.filter.eventTexts, block))
  }
  return block => {
    const { filter, dictionary, resources, signal } = block
    const place = field.in
    const own = place === 'any' || place === (signal === 'traces' ? 'span' : 'log')
    if (own && ((filter.flags & FLAG.rest) !== 0 || filter.columns.some(column => inColumn(block, column))))
      return true
    if (place === 'link' && (filter.flags & FLAG.links) !== 0) return true
    if ((place === 'any' || place === 'event') && inEvents(block)) return true
    if (
      (place === 'any' || place === 'scope') &&
      filter.scopes.some(id => has(dictionary.scope(id).attributes))
    )
      return true
    return (
      (place === 'any' || place === 'resource') &&
      resources.some(id => has(dictionary.resource(id).attributes))
    )
  }
}

/** Whether an integer between two may pass. */
function compileRange(leaf: FieldLeaf): (range: { least: number; most: number }) => boolean {
  if (!('value' in leaf)) return () => true
  const bound = numberOf(leaf.value)
  switch (leaf.op) {
    case '=':
      return ({ least, most }) => least <= bound && bound <= most
    case '<':
    case '<=':
      return ({ least }) => least <= bound
    default:
      return ({ most }) => most >= bound
  }
}

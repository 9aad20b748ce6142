/**
 * Filters over a block of spans: its intrinsics, events and links.
 */
import type { Filter, Intrinsic } from '../../filter/ast.ts'
import { compileIntrinsicTest, type FieldLeaf } from '../../filter/compare.ts'
import { KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { ROLE } from './layout.ts'
import {
  markEach,
  markNumbers,
  markStrings,
  markTraces,
  questionOf,
  Selector,
  type Mask,
  type SignalSelect,
} from './select.ts'
import type { SpanBlock } from './span-block.ts'

export const spanSelector = (filter: Filter): Selector<SpanBlock> => new Selector(filter, SPANS)

const SPANS: SignalSelect<SpanBlock> = {
  own: 'span',
  intrinsic,
  elsewhere(block, field, test, mask) {
    if (field.in === 'any' || field.in === 'event')
      for (const row of block.rowsWith(ROLE.eventRow))
        if (
          mask[row] === 0 &&
          block
            .eventsOf(row)
            .some(event => event.attributes.some(entry => entry.key === field.key && test(entry.value)))
        )
          mask[row] = 1
    if (field.in === 'link')
      for (const row of block.rowsWith(ROLE.linkRow))
        if (
          block
            .linksOf(row)
            .some(link => link.attributes.some(entry => entry.key === field.key && test(entry.value)))
        )
          mask[row] = 1
  },
  text(block, question, mask) {
    markStrings(block, ROLE.name, mask, question)
    markStrings(block, ROLE.statusMessage, mask, question)
    for (const row of block.rowsWith(ROLE.eventRow))
      if (
        mask[row] === 0 &&
        block.eventsOf(row).some(event => event.attributes.some(({ value }) => question.test(value)))
      )
        mask[row] = 1
  },
}

function intrinsic(block: SpanBlock, name: Intrinsic, leaf: FieldLeaf): Mask {
  const mask: Mask = new Uint8Array(block.rows)
  const test = compileIntrinsicTest(leaf)
  switch (name) {
    case 'service':
      markNumbers(block, ROLE.resource, mask, id => test(block.dictionary.service(id)))
      break
    case 'name':
      markStrings(block, ROLE.name, mask, questionOf(leaf, test))
      break
    case 'statusMessage':
      markStrings(block, ROLE.statusMessage, mask, questionOf(leaf, test))
      break
    case 'kind':
      markNumbers(block, ROLE.kind, mask, kind => test(KIND_NAMES[kind] ?? ''))
      break
    case 'status':
      markNumbers(block, ROLE.status, mask, code => test(STATUS_NAMES[code] ?? ''))
      break
    case 'scope':
      markNumbers(block, ROLE.scope, mask, id => test(block.dictionary.scope(id).name))
      break
    case 'duration':
      markDurations(block, leaf, mask)
      break
    case 'root':
      markNumbers(block, ROLE.parentCode, mask, code => test(code === 0))
      break
    case 'traceId':
      markTraces(block, leaf, mask)
      break
    case 'spanId':
      markEach(mask, row => test(block.spanId(row)))
      break
    case 'parentId':
      markParents(block, mask, test)
      break
    case 'event':
      for (const row of block.rowsWith(ROLE.eventRow))
        if (block.eventsOf(row).some(event => test(event.name))) mask[row] = 1
      break
    case 'severity':
    case 'body':
  }
  return mask
}

/** Ordering against a number is a loop over doubles; whatever else is asked goes value by value. */
function markDurations(block: SpanBlock, leaf: FieldLeaf, mask: Mask): void {
  const durations = block.durations
  const bound = 'value' in leaf ? leaf.value.number : Number.NaN
  if (leaf.op === '>' && bound >= 0)
    for (let row = 0; row < mask.length; row++) mask[row] = durations[row]! > bound ? 1 : 0
  else if (leaf.op === '>=' && bound > 0)
    for (let row = 0; row < mask.length; row++) mask[row] = durations[row]! >= bound ? 1 : 0
  else {
    const test = compileIntrinsicTest(leaf)
    // A span that ends before it starts took no time.
    for (let row = 0; row < mask.length; row++) mask[row] = test(Math.max(0, durations[row]!)) ? 1 : 0
  }
}

function markParents(block: SpanBlock, mask: Mask, test: (value: string) => boolean): void {
  const rowsOf = new Map<number, number[]>()
  markEach(mask, row => {
    const trace = block.traceIndex[row]!
    let rows = rowsOf.get(trace)
    if (rows === undefined) rowsOf.set(trace, (rows = block.allRowsOf(trace)))
    return test(block.parentId(row, rows))
  })
}

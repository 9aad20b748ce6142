/**
 * Filters over a block of log records: its intrinsics and bodies.
 */
import type { Filter, Intrinsic } from '../../filter/ast.ts'
import { compileIntrinsicTest, type FieldLeaf } from '../../filter/compare.ts'
import { compileSeverityTest } from '../../filter/severity.ts'
import { valueText } from '../../model/value-text.ts'
import { ROLE } from './layout.ts'
import type { LogBlock } from './log-block.ts'
import {
  columnTest,
  markEach,
  markNumbers,
  markStrings,
  markTraces,
  questionOf,
  Selector,
  type ColumnQuestion,
  type Mask,
  type SignalSelect,
} from './select.ts'

export const logSelector = (filter: Filter): Selector<LogBlock> => new Selector(filter, LOGS)

const LOGS: SignalSelect<LogBlock> = {
  own: 'log',
  intrinsic,
  elsewhere() {},
  text(block, question, mask) {
    const { needle } = question
    markBodies(block, mask, {
      test: value => {
        const text = valueText(value)
        return text !== undefined && question.test(text)
      },
      needle,
    })
    markStrings(block, ROLE.eventName, mask, question)
  },
}

function intrinsic(block: LogBlock, name: Intrinsic, leaf: FieldLeaf): Mask {
  const mask: Mask = new Uint8Array(block.rows)
  const test = compileIntrinsicTest(leaf)
  switch (name) {
    case 'service':
      markNumbers(block, ROLE.resource, mask, id => test(block.dictionary.service(id)))
      break
    case 'severity':
      markNumbers(block, ROLE.severity, mask, compileSeverityTest(leaf))
      break
    case 'body':
      markBodies(
        block,
        mask,
        questionOf(leaf, value => value !== null && test(value)),
      )
      break
    case 'event':
      markStrings(block, ROLE.eventName, mask, questionOf(leaf, test))
      break
    case 'scope':
      markNumbers(block, ROLE.scope, mask, id => test(block.dictionary.scope(id).name))
      break
    case 'traceId':
      markTraces(block, leaf, mask)
      break
    case 'spanId':
      markEach(mask, row => test(block.spanId(row)))
      break
    default:
  }
  return mask
}

function markBodies(block: LogBlock, mask: Mask, question: ColumnQuestion): void {
  const types = block.integers(ROLE.bodyType)
  const positions = block.bodyPositions
  for (const type of block.bodyTypes) {
    const passes = columnTest(block.bodyColumn(type), question)
    if (passes === undefined) continue
    for (let row = 0; row < mask.length; row++)
      if (types[row] === type && passes(positions[row]!)) mask[row] = 1
  }
}

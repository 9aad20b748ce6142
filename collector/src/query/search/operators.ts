/**
 * The operators as people type them.
 */
import { nearest } from '../../config/suggest.ts'

export type Operator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~'

const SPELLINGS: ReadonlyMap<string, Operator> = new Map([
  [':', ':'],
  ['=', '='],
  ['==', '='],
  [':=', '='],
  ['!=', '!='],
  [':!=', '!='],
  ['!:', '!='],
  ['<', '<'],
  [':<', '<'],
  ['<=', '<='],
  [':<=', '<='],
  ['>', '>'],
  [':>', '>'],
  ['>=', '>='],
  [':>=', '>='],
  ['~', '~'],
  ['=~', '~'],
  [':~', '~'],
  ['!~', '!~'],
  [':!~', '!~'],
])

const MEANT: ReadonlyMap<string, Operator> = new Map([
  ['=>', '>='],
  ['=<', '<='],
  ['<>', '!='],
  ['!', '!='],
  [':!', '!='],
  ['=!', '!='],
  ['~=', '~'],
  ['===', '='],
  ['!==', '!='],
  ['::', ':'],
])

export function operatorOf(spelling: string): Operator | undefined {
  return SPELLINGS.get(spelling)
}

/** What somebody meant who typed an operator that does not exist. */
export function meantOperator(spelling: string): Operator | undefined {
  const known = MEANT.get(spelling)
  if (known !== undefined) return known
  const near = nearest(spelling, SPELLINGS.keys())
  return near === undefined ? undefined : SPELLINGS.get(near)
}

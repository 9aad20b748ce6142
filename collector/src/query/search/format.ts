/**
 * A filter tree as text of the search language: `parseSearch(formatFilter(tree))` is the tree again,
 * for every tree that the parser makes.
 */
import type { Filter } from '../../filter/ast.ts'
import type { FieldLeaf } from '../../filter/compare.ts'
import type { Signal } from '../../model/telemetry.ts'
import { nameOfField, quote } from './fields.ts'
import { looksInside } from './parse.ts'

export function formatFilter(filter: Filter, signal?: Signal): string {
  switch (filter.op) {
    case 'all':
      return '*'
    case 'and':
      return filter.of.length === 0 ? '*' : filter.of.map(child => nested(child, signal)).join(' ')
    case 'or':
      return filter.of.length === 0 ? '-*' : filter.of.map(child => nested(child, signal)).join(' OR ')
    case 'not':
      return `-${nested(filter.of, signal)}`
    case 'text':
      return isWord(filter.text) ? filter.text : quote(filter.text)
    default:
      return formatLeaf(filter, signal)
  }
}

function nested(filter: Filter, signal: Signal | undefined): string {
  const text = formatFilter(filter, signal)
  return filter.op === 'and' || filter.op === 'or' ? `(${text})` : text
}

function formatLeaf(leaf: FieldLeaf, signal: Signal | undefined): string {
  const name = nameOfField(leaf.field, signal)
  switch (leaf.op) {
    case 'exists':
      return `${name}:*`
    case 'wildcard':
      return `${name}:${leaf.pattern.replaceAll(/[\s()"'\\:=<>!~]/g, String.raw`\$&`)}`
    case 'contains':
      return `${name}~${quote(leaf.pattern)}`
    case 'regex':
      return `${name}~/${leaf.pattern.replaceAll(/\\[^]|\//g, part => (part === '/' ? String.raw`\/` : part))}/`
    case '=':
      return `${name}${looksInside(leaf.field) ? '=' : ':'}${formatValue(leaf.value.text)}`
    default:
      return `${name}${leaf.op}${formatValue(leaf.value.text)}`
  }
}

function formatValue(text: string): string {
  return /^[^\s"'()\\*:=<>!~][^\s"()\\*]*$/.test(text) ? text : quote(text)
}

/** Nothing in it means something else to the parser. */
function isWord(text: string): boolean {
  return /^[\p{L}\p{N}_./@#%,;$+^][\p{L}\p{N}_./@#%,;$+^-]*$/u.test(text) && !/^(?:AND|OR|NOT)$/.test(text)
}

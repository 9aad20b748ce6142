/**
 * Shapes: which attributes a record has, in which order and of which types.
 *
 * Most records of one kind carry the same keys in the same order, so a record stores the number of
 * its shape and each value goes to the column of its key and type. Order and repeated keys survive.
 *
 *   root ──http.route:string──▶ (1) ──http.status:int──▶ (2) ──user.id:string──▶ (3)
 *
 * A shape is a node of this tree. At each node the child that was taken last is tried first, by
 * comparing the key's bytes: in the steady state no key is ever looked up.
 *
 * Everything is bounded: a record that would need a column or a shape beyond the caps keeps its
 * attributes as they came, in the rest column.
 */
import type { InternTable } from './intern.ts'
import { TYPE, valueColumnBuilder, type ValueColumnBuilder, type ValueType } from './values.ts'

export const MAX_COLUMNS = 1024
export const MAX_SHAPES = 4096
/** The tree outlives the block; beyond this many nodes it is grown anew. */
const MAX_NODES = 32_768
/** Keys of a partition; further ones make no column. */
const MAX_KEYS = 16_384
/** Attribute keys longer than this make no column. */
const MAX_KEY_BYTES = 1024

export interface AttributeColumn {
  readonly key: number
  readonly type: ValueType
  readonly builder: ValueColumnBuilder
  /** Index among the block's columns; -1 while the block has no value of it. */
  place: number
}

class ShapeNode {
  readonly parent: ShapeNode | undefined
  readonly column: AttributeColumn | undefined
  readonly children = new Map<number, ShapeNode>()
  last: ShapeNode | undefined
  /** Number among the block's shapes; -1 while no record of the block has it. */
  place = -1

  constructor(parent?: ShapeNode, column?: AttributeColumn) {
    this.parent = parent
    this.column = column
  }
}

/** Where the parts of one KeyValue stand. */
interface KeyValueRange {
  keyStart: number
  keyEnd: number
  type: ValueType
  valueStart: number
  valueEnd: number
}

export class ShapeTree {
  readonly #keys: InternTable
  #columns = new Map<number, AttributeColumn>()
  #root = new ShapeNode()
  #nodes = 1
  /** Columns and shapes of the block, in order of first use. */
  readonly used: AttributeColumn[] = []
  readonly shapes: ShapeNode[] = []
  readonly #range: KeyValueRange = { keyStart: 0, keyEnd: 0, type: TYPE.unset, valueStart: 0, valueEnd: 0 }

  /** @param keys attribute keys of the partition, shared by its signals */
  constructor(keys: InternTable) {
    this.#keys = keys
  }

  clear(): void {
    for (const column of this.used) {
      column.builder.clear()
      column.place = -1
    }
    for (const shape of this.shapes) shape.place = -1
    this.used.length = 0
    this.shapes.length = 0
    if (this.#nodes > MAX_NODES || this.#columns.size > 4 * MAX_COLUMNS) {
      this.#root = new ShapeNode()
      this.#nodes = 1
      this.#columns = new Map()
    }
  }

  /**
   * Adds the attributes of one record.
   * @param ranges starts and ends of its KeyValue messages, two numbers each
   * @returns the number of its shape, or -1 when it belongs into the rest column (nothing was added)
   */
  add(bytes: Uint8Array, ranges: Int32Array, count: number): number {
    let node = this.#root
    for (let i = 0; i < count; i++) {
      const next = this.#step(node, bytes, ranges[2 * i]!, ranges[2 * i + 1]!)
      if (next === undefined) return this.#takeBack(node)
      node = next
    }
    if (node.place < 0) {
      if (this.shapes.length === MAX_SHAPES) return this.#takeBack(node)
      node.place = this.shapes.push(node) - 1
    }
    return node.place
  }

  #takeBack(node: ShapeNode): -1 {
    for (let at = node; at.column !== undefined; at = at.parent!) at.column.builder.pop()
    return -1
  }

  #step(node: ShapeNode, bytes: Uint8Array, start: number, end: number): ShapeNode | undefined {
    const range = this.#range
    if (!readKeyValue(bytes, start, end, range)) return undefined
    const last = node.last
    const next =
      last !== undefined && this.#isEdge(last.column!, bytes, range) ? last : this.#child(node, bytes, range)
    if (next === undefined) return undefined
    const column = next.column!
    if (column.place < 0) {
      if (this.used.length === MAX_COLUMNS) return undefined
      column.place = this.used.push(column) - 1
    }
    column.builder.add(bytes, range.valueStart, range.valueEnd)
    node.last = next
    return next
  }

  #isEdge(column: AttributeColumn, bytes: Uint8Array, range: KeyValueRange): boolean {
    if (column.type !== range.type) return false
    const keys = this.#keys
    let at = keys.start(column.key)
    if (keys.end(column.key) - at !== range.keyEnd - range.keyStart) return false
    const pool = keys.pool
    for (let i = range.keyStart; i < range.keyEnd; i++, at++) if (pool[at] !== bytes[i]) return false
    return true
  }

  #child(node: ShapeNode, bytes: Uint8Array, range: KeyValueRange): ShapeNode | undefined {
    if (range.keyEnd - range.keyStart > MAX_KEY_BYTES || this.#nodes > 2 * MAX_NODES) return undefined
    const keys = this.#keys
    const key =
      keys.size < MAX_KEYS
        ? keys.add(bytes, range.keyStart, range.keyEnd)
        : keys.find(bytes, range.keyStart, range.keyEnd)
    if (key < 0) return undefined
    const edge = key * 16 + range.type
    let child = node.children.get(edge)
    if (child === undefined) {
      child = new ShapeNode(node, this.#column(edge, key, range.type))
      node.children.set(edge, child)
      this.#nodes++
    }
    return child
  }

  #column(edge: number, key: number, type: ValueType): AttributeColumn {
    let column = this.#columns.get(edge)
    if (column === undefined) {
      column = { key, type, builder: valueColumnBuilder(type), place: -1 }
      this.#columns.set(edge, column)
    }
    return column
  }
}

/** The columns of a shape, in the order of the attributes. */
export function columnsOf(shape: ShapeNode): AttributeColumn[] {
  const columns: AttributeColumn[] = []
  for (let at: ShapeNode | undefined = shape; at?.column !== undefined; at = at.parent)
    columns.push(at.column)
  return columns.reverse()
}

const TAG = {
  key: 0x0a,
  value: 0x12,
  string: 0x0a,
  bool: 0x10,
  int: 0x18,
  double: 0x21,
  bytes: 0x3a,
} as const

/**
 * Reads a KeyValue that is written as every encoder writes it: key, then value, each once.
 * @returns false for any other way of writing it; such a record keeps its bytes in the rest column
 */
function readKeyValue(bytes: Uint8Array, start: number, end: number, range: KeyValueRange): boolean {
  let at = start
  range.keyStart = range.keyEnd = at
  if (at < end && bytes[at] === TAG.key) {
    let length = bytes[++at]!
    at++
    if (length > 0x7f) {
      if (bytes[at]! > 0x7f) return false
      length = (length & 0x7f) | (bytes[at++]! << 7)
    }
    range.keyStart = at
    range.keyEnd = at += length
  }
  if (at === end) return setUnset(range, at)
  if (bytes[at] !== TAG.value) return false
  at++
  let length = 0
  let byte = 0x80
  for (let shift = 0; byte > 0x7f; shift += 7) length |= ((byte = bytes[at++]!) & 0x7f) << shift
  if (at + length !== end) return false
  readAnyValue(bytes, at, end, range)
  return true
}

function setUnset(range: KeyValueRange, at: number): true {
  range.type = TYPE.unset
  range.valueStart = range.valueEnd = at
  return true
}

/** Sets type and content; whatever is not one plain member that fills the message is raw. */
export function readAnyValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  range: { type: ValueType; valueStart: number; valueEnd: number },
): void {
  range.type = TYPE.raw
  range.valueStart = start
  range.valueEnd = end
  if (start === end) {
    range.type = TYPE.unset
    return
  }
  const tag = bytes[start]!
  let at = start + 1
  if (tag === TAG.string || tag === TAG.bytes) {
    let length = 0
    let byte = 0x80
    for (let shift = 0; byte > 0x7f; shift += 7) length |= ((byte = bytes[at++]!) & 0x7f) << shift
    if (at + length !== end) return
    range.type = tag === TAG.string ? TYPE.string : TYPE.bytes
    range.valueStart = at
  } else if (tag === TAG.int || tag === TAG.bool) {
    while (at < end && bytes[at]! > 0x7f) at++
    if (at + 1 !== end) return
    range.type = tag === TAG.int ? TYPE.int : TYPE.bool
    range.valueStart = start + 1
  } else if (tag === TAG.double && end - start === 9) {
    range.type = TYPE.double
    range.valueStart = start + 1
  }
}

/**
 * The state of one transcoding from OTLP/JSON to protobuf, and the fields that all messages share.
 *
 * A field that is absent, null or at its default is not written. A scalar that cannot be what it
 * should be leaves a `fault`: it costs the item that it stands in, not the request. A container of
 * the wrong type costs the request, because its items cannot even be counted.
 */
import { HodoscopeError } from '../../model/errors.ts'
import type { OtlpSignal } from '../../model/telemetry.ts'
import type { WireWriter } from '../../wire/writer.ts'
import type { Findings } from '../findings.ts'
import { doubleOf, integerOf, integerWithin } from './numbers.ts'

/** What `JSON.parse` made of an object. Only named members are read, so `__proto__` is one that nobody reads. */
export type JsonObject = { readonly [name: string]: unknown }

const STEPS: Readonly<Record<OtlpSignal, readonly string[]>> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
}

const MAX_UINT32 = 0xffff_ffff
const MAX_UINT64 = 2n ** 64n - 1n
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n
const MIN_INT32 = -(2n ** 31n)
const MAX_INT32 = 2n ** 31n - 1n

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0

export class Transcoder {
  readonly out: WireWriter
  readonly findings: Findings
  readonly signal: OtlpSignal
  /** Why what is being written cannot be kept; '' while nothing speaks against it. */
  fault = ''
  /** Indices of the resource, the scope and the item being written; -1 outside. */
  readonly position = [-1, -1, -1]

  constructor(signal: OtlpSignal, out: WireWriter, findings: Findings) {
    this.signal = signal
    this.out = out
    this.findings = findings
  }

  /** Refuses the request, naming the place. */
  malformed(name: string, expected: string): never {
    throw new HodoscopeError(
      'payload_malformed',
      `${this.signal} request, ${this.path(name)}: expected ${expected}`,
    )
  }

  path(name: string): string {
    const names = STEPS[this.signal]
    const steps = this.position.flatMap((index, i) => (index < 0 ? [] : [`${names[i]}[${index}]`]))
    return [...steps, name].filter(step => step !== '').join('.') || 'the body'
  }

  /** The member as an array, in which null means an absent element; [] where it is absent. */
  list(value: unknown, name: string): readonly unknown[] {
    if (value === undefined || value === null) return []
    return Array.isArray(value) ? (value as unknown[]) : this.malformed(name, 'an array')
  }

  /** The member as an object; undefined where it is absent. */
  object(value: unknown, name: string): JsonObject | undefined {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) return this.malformed(name, 'an object')
    return value as JsonObject
  }

  text(tag: number, value: unknown, name: string): void {
    if (value === undefined || value === null || value === '') return
    if (typeof value !== 'string') return this.blame(`${name} is not a string`)
    this.out.varint(tag)
    this.out.text(value)
  }

  uint32(tag: number, value: unknown, name: string): void {
    const number = this.#uint32(value, name)
    if (number === 0) return
    this.out.varint(tag)
    this.out.varint(number)
  }

  fixed32(tag: number, value: unknown, name: string): void {
    const number = this.#uint32(value, name)
    if (number === 0) return
    this.out.varint(tag)
    this.out.fixed32(number)
  }

  fixed64(tag: number, value: unknown, name: string): void {
    if (value === undefined || value === null || value === 0 || value === '0') return
    const number = integerWithin(value, 0n, MAX_UINT64)
    if (number === undefined) return this.blame(`${name} is not an unsigned 64-bit integer`)
    this.out.varint(tag)
    this.out.fixed64(number)
  }

  /** An sfixed64; 0 is written too, where its presence is its meaning. */
  sfixed64(tag: number, value: unknown, name: string): void {
    if (value === undefined || value === null) return
    const number = integerWithin(value, MIN_INT64, MAX_INT64)
    if (number === undefined) return this.blame(`${name} is not a 64-bit integer`)
    this.out.varint(tag)
    this.out.fixed64(BigInt.asUintN(64, number))
  }

  /** A double; 0 is written too, where its presence is its meaning. */
  double(tag: number, value: unknown, name: string): void {
    if (value === undefined || value === null) return
    const number = doubleOf(value)
    if (number === undefined) return this.blame(`${name} is not a number`)
    this.out.varint(tag)
    this.out.double(number)
  }

  sint32(tag: number, value: unknown, name: string): void {
    if (value === undefined || value === null) return
    const number = integerWithin(value, MIN_INT32, MAX_INT32)
    if (number === undefined) return this.blame(`${name} is not a 32-bit integer`)
    if (number === 0n) return
    this.out.varint(tag)
    this.out.varint(zigzag(Number(number)))
  }

  bool(tag: number, value: unknown, name: string): void {
    if (value === undefined || value === null || value === false) return
    if (value !== true) return this.blame(`${name} is not a boolean`)
    this.out.varint(tag)
    this.out.varint(1)
  }

  /** An enum by number or, leniently, by name. @returns false where the value is none that OTLP knows, which counts as 0 */
  enum(tag: number, value: unknown, names: readonly string[]): boolean {
    if (value === undefined || value === null) return true
    const named = typeof value === 'string' ? names.indexOf(value) : -1
    const number = named >= 0 ? named : Number(integerOf(value) ?? -1)
    if (number < 0 || number >= names.length) return false
    if (number === 0) return true
    this.out.varint(tag)
    this.out.varint(number)
    return true
  }

  /** Notes why the item cannot be kept; the first reason counts. */
  blame(reason: string): void {
    if (this.fault === '') this.fault = reason
  }

  #uint32(value: unknown, name: string): number {
    if (value === undefined || value === null) return 0
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32)
      return value
    const number = integerWithin(value, 0n, BigInt(MAX_UINT32))
    if (number === undefined) this.blame(`${name} is not an unsigned 32-bit integer`)
    return Number(number ?? 0)
  }
}

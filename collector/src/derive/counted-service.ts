/**
 * A service as it is counted: its operations, of which there is a bound, and the versions that it told
 * of itself.
 */
import { attribute } from '../model/attributes.ts'
import type { Resource } from '../model/telemetry.ts'
import { unixMillis, type UnixMillis } from '../model/time.ts'
import { WHOLE } from '../red/keys.ts'
import type { SeenVersion } from '../red/table.ts'
import { CountedOperation } from './counted-operation.ts'
import type { SpanView } from './span-view.ts'

export const OTHER_OPERATIONS = '(other operations)'
/** Of a service within a day. */
const MOST_VERSIONS = 1_000
/** Operations that are known by the bytes of their name; a power of two. */
const LATELY = 64

/** A version of a service: when its first span starts, in which minute that is, and what of it is stored. */
export interface Version {
  readonly name: string
  first: UnixMillis
  minute: number
  stored: UnixMillis
}

interface Lately {
  readonly name: Uint8Array
  readonly kinds: readonly CountedOperation[]
}

const NEVER = unixMillis(Infinity)

export class CountedService {
  readonly whole: CountedOperation
  readonly #versions = new Map<string, Version>()
  readonly #versionOf = new WeakMap<Resource, Version>()
  readonly #name: string
  readonly #limit: number
  readonly #counted: CountedOperation[]
  readonly #operations = new Map<string, CountedOperation[]>()
  /** Of these, by a hash of the name. */
  readonly #lately: (Lately | undefined)[] = []

  /** @param counted where operations put themselves when something of them comes */
  constructor(name: string, limit: number, counted: CountedOperation[]) {
    this.#name = name
    this.#limit = limit
    this.#counted = counted
    this.whole = new CountedOperation({ service: name, name: '', kind: WHOLE }, counted)
  }

  /** undefined where it tells none, or has told too many. */
  version(resource: Resource): Version | undefined {
    return this.#versionOf.get(resource) ?? this.#newVersion(resource)
  }

  #newVersion(resource: Resource): Version | undefined {
    const name = attribute(resource.attributes, 'service.version')
    if (typeof name !== 'string' || name === '') return undefined
    if (this.#versions.size >= MOST_VERSIONS && !this.#versions.has(name)) return undefined
    const version = this.#versions.get(name) ?? { name, first: NEVER, minute: Infinity, stored: NEVER }
    this.#versions.set(name, version)
    this.#versionOf.set(resource, version)
    return version
  }

  /** Those of which something came that is older than what was known. */
  newlySeen(): Omit<SeenVersion, 'minute'>[] {
    return [...this.#versions.values()]
      .filter(({ first, stored }) => first < stored)
      .map(({ name, first }) => ({ service: this.#name, version: name, first }))
  }

  /** What was seen is on stable storage. */
  clear(): void {
    for (const version of this.#versions.values()) version.stored = version.first
  }

  operation(view: SpanView): CountedOperation {
    const place = view.nameHash & (LATELY - 1)
    const lately = this.#lately[place]
    if (lately !== undefined && view.isNamed(lately.name)) {
      const known = lately.kinds[view.kind]
      if (known !== undefined) return known
    }
    const key = view.nameKey
    const operation = this.#operations.get(key)?.[view.kind] ?? this.#newOperation(key, view)
    const kinds = this.#operations.get(key)
    if (kinds !== undefined) this.#lately[place] = { name: view.nameBytes, kinds }
    return operation
  }

  #newOperation(key: string, { name, kind }: SpanView): CountedOperation {
    if (this.#operations.size >= this.#limit && !this.#operations.has(key) && name !== OTHER_OPERATIONS)
      return this.#other(kind)
    const kinds = this.#operations.get(key) ?? []
    this.#operations.set(key, kinds)
    return (kinds[kind] = new CountedOperation({ service: this.#name, name, kind }, this.#counted))
  }

  #other(kind: number): CountedOperation {
    const kinds = this.#operations.get(OTHER_OPERATIONS) ?? []
    this.#operations.set(OTHER_OPERATIONS, kinds)
    return (kinds[kind] ??= new CountedOperation(
      { service: this.#name, name: OTHER_OPERATIONS, kind },
      this.#counted,
    ))
  }
}

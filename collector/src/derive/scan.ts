/**
 * One walk over a record's spans that feeds every derivation: each is asked once a resource whether
 * it wants its spans, and then gets each span as a view, which is valid during the call alone.
 */
import { resourceOf, scopeOf } from '../decode/containers.ts'
import { REQUEST, RESOURCE_GROUP, SCOPE_GROUP } from '../decode/fields.ts'
import { serviceName, type Resource, type Scope } from '../model/telemetry.ts'
import { WireReader } from '../wire/reader.ts'
import { SpanView } from './span-view.ts'

export interface SpanDerivation {
  /** @returns whether the spans of this resource are wanted */
  enter(service: string, resource: Resource): boolean
  span(view: SpanView): void
}

/** Resources and scopes that are known by their bytes: a service sends the same ones with every request. */
const KNOWN = 4_096

export class TraceScan {
  readonly #derivations: readonly SpanDerivation[]
  readonly #resources = new Map<string, { readonly resource: Resource; readonly service: string }>()
  readonly #scopes = new Map<string, Scope>()
  readonly #view = new SpanView()

  constructor(derivations: readonly SpanDerivation[]) {
    this.#derivations = derivations
  }

  /** @param body an ExportTraceServiceRequest in its canonical form */
  walk(body: Uint8Array): void {
    eachMessage(body, 0, body.length, REQUEST.groups, (start, end) => this.#group(body, start, end))
  }

  #group(body: Uint8Array, start: number, end: number): void {
    const { resource, service } = this.#resource(body, start, end)
    const wanting = this.#derivations.filter(derivation => derivation.enter(service, resource))
    if (wanting.length === 0) return
    const view = this.#view
    view.resource = resource
    eachMessage(body, start, end, RESOURCE_GROUP.scopeGroups, (scopeStart, scopeEnd) => {
      view.scope = this.#scope(body, scopeStart, scopeEnd)
      eachMessage(body, scopeStart, scopeEnd, SCOPE_GROUP.items, (spanStart, spanEnd) => {
        view.read(body, spanStart, spanEnd)
        for (const derivation of wanting) derivation.span(view)
      })
    })
  }

  #resource(body: Uint8Array, start: number, end: number) {
    const head = headOf(body, start, end, RESOURCE_GROUP.resource, RESOURCE_GROUP.schemaUrl)
    return known(this.#resources, head.key, () => {
      const resource = resourceOf(body, head.start, head.end, head.schemaUrl)
      return { resource, service: serviceName(resource) }
    })
  }

  #scope(body: Uint8Array, start: number, end: number): Scope {
    const head = headOf(body, start, end, SCOPE_GROUP.scope, SCOPE_GROUP.schemaUrl)
    return known(this.#scopes, head.key, () => scopeOf(body, head.start, head.end, head.schemaUrl))
  }
}

function known<T>(cache: Map<string, T>, key: string, make: () => T): T {
  let value = cache.get(key)
  if (value === undefined) {
    if (cache.size >= KNOWN) cache.clear()
    cache.set(key, (value = make()))
  }
  return value
}

function eachMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  wanted: number,
  visit: (start: number, end: number) => void,
): void {
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== wanted) {
      reader.skip(tag)
      continue
    }
    const stop = reader.enter()
    visit(reader.position, stop)
    reader.position = stop
  }
}

/** Where a group's resource or scope lies, and by what it is known; either may stand behind the items. */
function headOf(bytes: Uint8Array, start: number, end: number, message: number, schemaUrl: number) {
  const head = { start, end: start, schemaUrl: '', key: '' }
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message) {
      head.end = reader.enter()
      head.start = reader.position
      reader.position = head.end
    } else if (tag === schemaUrl) head.schemaUrl = reader.text()
    else reader.skip(tag)
  const { buffer, byteOffset } = bytes
  head.key =
    head.schemaUrl + Buffer.from(buffer, byteOffset + head.start, head.end - head.start).toString('latin1')
  return head
}

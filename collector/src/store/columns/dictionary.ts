/**
 * The dictionaries of a partition as its blocks are read: numbers to keys, resources and scopes,
 * each decoded once.
 */
import { resourceOf, scopeOf } from '../../decode/objects.ts'
import { serviceName, type Resource, type Scope } from '../../model/telemetry.ts'
import { contentStart } from './walk.ts'
import { fieldEnd, type DictionaryBuilder } from './dictionaries.ts'

/** The bytes behind a number, as `DictionaryBuilder` made them. */
export interface DictionaryBytes {
  key(index: number): Uint8Array
  resource(index: number): Uint8Array
  scope(index: number): Uint8Array
}

export class Dictionary {
  readonly #bytes: DictionaryBytes
  readonly #keys: string[] = []
  readonly #resources: Resource[] = []
  readonly #services: string[] = []
  readonly #scopes: Scope[] = []

  constructor(bytes: DictionaryBytes) {
    this.#bytes = bytes
  }

  key(index: number): string {
    return (this.#keys[index] ??= Buffer.from(this.#bytes.key(index)).toString())
  }

  resource(index: number): Resource {
    return (this.#resources[index] ??= decodeResource(this.#bytes.resource(index)))
  }

  service(index: number): string {
    return (this.#services[index] ??= serviceName(this.resource(index)))
  }

  scope(index: number): Scope {
    return (this.#scopes[index] ??= decodeScope(this.#bytes.scope(index)))
  }
}

/** The tables of a builder, for blocks that never leave memory. */
export function bytesOf(builder: DictionaryBuilder): DictionaryBytes {
  return {
    key: index => builder.keys.get(index),
    resource: index => builder.resources.get(index),
    scope: index => builder.scopes.get(index),
  }
}

/** Field 1 is the resource or scope, field 3 the schema URL; a resource that is absent is empty. */
function fieldsOf(message: Uint8Array): { body: Uint8Array; schemaUrl: string } {
  let body: Uint8Array = new Uint8Array(0)
  let schemaUrl = ''
  for (let at = 0; at < message.length;) {
    const end = fieldEnd(message, at)
    if (message[at] === 0x0a) body = Buffer.concat([body, message.subarray(contentStart(message, at), end)])
    else if (message[at] === 0x1a)
      schemaUrl = Buffer.from(message.subarray(contentStart(message, at), end)).toString()
    at = end
  }
  return { body, schemaUrl }
}

function decodeResource(message: Uint8Array): Resource {
  const { body, schemaUrl } = fieldsOf(message)
  return resourceOf(body, 0, body.length, schemaUrl)
}

function decodeScope(message: Uint8Array): Scope {
  const { body, schemaUrl } = fieldsOf(message)
  return scopeOf(body, 0, body.length, schemaUrl)
}

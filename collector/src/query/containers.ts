/**
 * The resources and scopes of an answer, each told once and pointed to by its index.
 */
import type { Attributes } from '../model/attributes.ts'
import { serviceName, type Resource, type Scope } from '../model/telemetry.ts'
import { valueJson } from '../model/value-json.ts'
import type { AttributeList, ResourceJson, ScopeJson } from './answers/index.ts'

export function attributeList(attributes: Attributes): AttributeList {
  return attributes.map(({ key, value }) => ({ key, value: valueJson(value) }))
}

export class Containers {
  readonly resources: ResourceJson[] = []
  readonly scopes: ScopeJson[] = []
  readonly #resources = new Index<Resource>()
  readonly #scopes = new Index<Scope>()

  resource(resource: Resource): number {
    return this.#resources.of(resource, this.resources, () => ({
      service: serviceName(resource),
      attributes: attributeList(resource.attributes),
      droppedAttributesCount: resource.droppedAttributesCount,
      schemaUrl: resource.schemaUrl,
    }))
  }

  scope(scope: Scope): number {
    return this.#scopes.of(scope, this.scopes, () => ({
      name: scope.name,
      version: scope.version,
      attributes: attributeList(scope.attributes),
      droppedAttributesCount: scope.droppedAttributesCount,
      schemaUrl: scope.schemaUrl,
    }))
  }
}

/** Objects that a block shares are recognised by identity, others by what they look like as JSON. */
class Index<Item extends object> {
  readonly #byObject = new Map<Item, number>()
  readonly #byText = new Map<string, number>()

  of<Json>(item: Item, list: Json[], toJson: () => Json): number {
    const known = this.#byObject.get(item)
    if (known !== undefined) return known
    const json = toJson()
    const text = JSON.stringify(json)
    const index = this.#byText.get(text) ?? list.push(json) - 1
    this.#byText.set(text, index)
    this.#byObject.set(item, index)
    return index
  }
}

/** The resource of the process as OTLP/JSON: one for all records, written when the first of them is sent. */
import type { Resource } from '@opentelemetry/resources'
import { attributesJson } from './otlp-json.ts'

const LIMITS = { longest: 4096, most: 256 }

export class ResourceText {
  #resource: Resource | undefined
  #text: string | undefined

  /** @param resource  as the SDK has put it on a record */
  see(resource: Resource): void {
    this.#resource ??= resource
  }

  /** Waits for detectors that need time. */
  async settled(): Promise<string> {
    if (this.#text === undefined) await this.#resource?.waitForAsyncAttributes?.()
    return (this.#text ??= this.now())
  }

  /** As far as it is known. */
  now(): string {
    return this.#text ?? `{"attributes":${attributesJson(this.#resource?.attributes, LIMITS)}}`
  }
}

/**
 * Warnings and infos: the query has an answer, but perhaps not the one that was meant.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "warnings" and "infos".
 */
import type { Expr } from './ast.ts'
import { placeOf } from './fault.ts'

export class Annotations {
  readonly #text: string
  readonly #warnings = new Set<string>()
  readonly #infos = new Set<string>()

  constructor(text: string) {
    this.#text = text
  }

  /** The result may well be wrong. @param at the part of the query that is meant */
  warn(message: string, at: Expr): void {
    this.#warnings.add(`PromQL warning: ${message} (${placeOf(this.#text, at.start)})`)
  }

  /** The query may not be what was meant. */
  info(message: string, at: Expr): void {
    this.#infos.add(`PromQL info: ${message} (${placeOf(this.#text, at.start)})`)
  }

  get warnings(): string[] {
    return [...this.#warnings]
  }

  get infos(): string[] {
    return [...this.#infos]
  }
}

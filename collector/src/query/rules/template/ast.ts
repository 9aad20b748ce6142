/**
 * The tree of a template. Source: pkg.go.dev/text/template, which Prometheus uses for labels and
 * annotations of alerts.
 */

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }
  | { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined }
  | { readonly kind: 'break' | 'continue' }

export interface Pipeline {
  /** Variables that take its value, without `$`. */
  readonly variables: readonly string[]
  /** `:=` makes them, `=` changes them. */
  readonly declares: boolean
  readonly commands: readonly Command[]
}

/** A function and its arguments, or one operand. */
export type Command = readonly Operand[]

export type Operand =
  | { readonly kind: 'literal'; readonly value: string | bigint | number | boolean | null }
  | { readonly kind: 'dot'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly path: readonly string[] }

export interface Template {
  readonly body: readonly Node[]
  readonly defined: ReadonlyMap<string, readonly Node[]>
}

/** What is wrong with a template, or with what it is filled with. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

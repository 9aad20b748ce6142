/** Fills a template in. */
import { TemplateError, type Command, type Node, type Operand, type Pipeline, type Template } from './ast.ts'
import type { Call } from './functions.ts'
import { fieldOf, isMap, isTrue, textArgument, textOf, type Value } from './values.ts'

/** Templates may call each other; a text for people needs no more. */
const MAX_DEPTH = 100
const MAX_CHARACTERS = 65_536

/**
 * @param data what the dot is at first
 * @throws TemplateError
 */
export function runTemplate(template: Template, data: Value, functions: ReadonlyMap<string, Call>): string {
  const run = new Run(template, functions)
  run.list(template.body, data, new Scope(data))
  return run.text
}

class Scope {
  readonly #variables = new Map<string, Value>()
  readonly #outer: Scope | undefined

  constructor(root: Value, outer?: Scope) {
    this.#outer = outer
    if (outer === undefined) this.#variables.set('', root)
  }

  inner(): Scope {
    return new Scope(null, this)
  }

  declare(name: string, value: Value): void {
    this.#variables.set(name, value)
  }

  assign(name: string, value: Value): void {
    if (this.#variables.has(name) || this.#outer === undefined) this.#variables.set(name, value)
    else this.#outer.assign(name, value)
  }

  get(name: string): Value {
    if (this.#variables.has(name)) return this.#variables.get(name)!
    if (this.#outer === undefined) throw new TemplateError(`undefined variable "$${name}"`)
    return this.#outer.get(name)
  }
}

type Leaving = 'break' | 'continue' | undefined

class Run {
  readonly #template: Template
  readonly #functions: ReadonlyMap<string, Call>
  #depth = 0
  text = ''

  constructor(template: Template, functions: ReadonlyMap<string, Call>) {
    this.#template = template
    this.#functions = functions
  }

  #write(text: string): void {
    this.text += text
    if (this.text.length > MAX_CHARACTERS)
      throw new TemplateError(`the text is longer than ${MAX_CHARACTERS} characters`)
  }

  list(nodes: readonly Node[], dot: Value, scope: Scope): Leaving {
    for (const node of nodes) {
      const leaving = this.#node(node, dot, scope)
      if (leaving !== undefined) return leaving
    }
    return undefined
  }

  #node(node: Node, dot: Value, scope: Scope): Leaving {
    if (node.kind === 'text') this.#write(node.text)
    else if (node.kind === 'action') {
      const value = this.#bind(node.pipeline, dot, scope)
      if (node.pipeline.variables.length === 0) this.#write(textOf(value))
    } else if (node.kind === 'template')
      this.#call(node.name, node.pipeline && this.#value(node.pipeline, dot, scope))
    else if (!('body' in node)) return node.kind
    else return this.#control(node, dot, scope.inner())
    return undefined
  }

  #control(node: Extract<Node, { readonly body: unknown }>, dot: Value, scope: Scope): Leaving {
    if (node.kind === 'range') return this.#range(node, dot, scope)
    const value = this.#bind(node.pipeline, dot, scope)
    if (!isTrue(value)) return this.list(node.otherwise, dot, scope)
    return this.list(node.body, node.kind === 'with' ? value : dot, scope)
  }

  #range(node: Extract<Node, { readonly body: unknown }>, dot: Value, scope: Scope): Leaving {
    const { variables } = node.pipeline
    const items = itemsOf(this.#value(node.pipeline, dot, scope))
    if (items.length === 0) return this.list(node.otherwise, dot, scope)
    for (const [key, item] of items) {
      const inner = scope.inner()
      const named = variables.length === 2 ? [key, item] : [item]
      variables.forEach((name, i) => inner.declare(name, named[i]!))
      if (this.list(node.body, item, inner) === 'break') break
    }
    return undefined
  }

  #call(name: string, data: Value | undefined): void {
    const body = this.#template.defined.get(name)
    if (body === undefined) throw new TemplateError(`template ${JSON.stringify(name)} not defined`)
    if (++this.#depth > MAX_DEPTH) throw new TemplateError('exceeded maximum template depth')
    this.list(body, data ?? null, new Scope(data ?? null))
    this.#depth--
  }

  #bind(pipeline: Pipeline, dot: Value, scope: Scope): Value {
    const value = this.#value(pipeline, dot, scope)
    for (const name of pipeline.variables)
      if (pipeline.declares) scope.declare(name, value)
      else scope.assign(name, value)
    return value
  }

  /** What a command gives is the last argument of the next one. */
  #value({ commands }: Pipeline, dot: Value, scope: Scope): Value {
    let value: Value | undefined
    for (const command of commands) value = this.#command(command, value, dot, scope)
    return value!
  }

  #command(command: Command, piped: Value | undefined, dot: Value, scope: Scope): Value {
    const [first, ...rest] = command
    if (first!.kind !== 'function') {
      if (rest.length > 0 || piped !== undefined)
        throw new TemplateError("can't give argument to non-function")
      return this.#operand(first!, dot, scope)
    }
    const { name } = first!
    if (name === 'and' || name === 'or') return this.#logic(name, rest, piped, dot, scope)
    const values = rest.map(operand => this.#operand(operand, dot, scope))
    if (piped !== undefined) values.push(piped)
    if (name === 'tmpl') return this.#apart(textArgument(values[0] ?? ''), values[1] ?? null)
    return this.#functions.get(name)!(...values)
  }

  /** The first value that decides it; what stands behind is not looked at. */
  #logic(
    name: 'and' | 'or',
    operands: readonly Operand[],
    piped: Value | undefined,
    dot: Value,
    scope: Scope,
  ): Value {
    let value: Value = null
    for (const operand of operands) {
      value = this.#operand(operand, dot, scope)
      if (isTrue(value) === (name === 'or')) return value
    }
    return piped ?? value
  }

  /** What a template gives, as a text. */
  #apart(name: string, data: Value): string {
    const before = this.text
    this.text = ''
    this.#call(name, data)
    const { text } = this
    this.text = before
    return text
  }

  #operand(operand: Operand, dot: Value, scope: Scope): Value {
    if (operand.kind === 'literal') return operand.value
    if (operand.kind === 'function') return this.#command([operand], undefined, dot, scope)
    return operand.path.reduce(fieldOf, this.#base(operand, dot, scope))
  }

  #base(operand: Extract<Operand, { readonly path: unknown }>, dot: Value, scope: Scope): Value {
    if (operand.kind === 'dot') return dot
    if (operand.kind === 'variable') return scope.get(operand.name)
    return this.#value(operand.pipeline, dot, scope)
  }
}

function itemsOf(value: Value): readonly (readonly [Value, Value])[] {
  if (value === null) return []
  if (Array.isArray(value)) return (value as readonly Value[]).map((item, i) => [BigInt(i), item])
  if (isMap(value)) return [...value].toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (typeof value === 'bigint')
    return Array.from({ length: Number(value) }, (_, i) => [BigInt(i), BigInt(i)])
  throw new TemplateError(`range can't iterate over ${textOf(value)}`)
}

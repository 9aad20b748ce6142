/** From a template's text to its tree. */
import { TemplateError, type Command, type Node, type Operand, type Pipeline, type Template } from './ast.ts'
import { pieces, tokens, unquoted, type Piece, type Token } from './scan.ts'

/**
 * @param functions that there are: another name is a fault
 * @throws TemplateError
 */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Template {
  return new Parser(pieces(text), functions).template()
}

/** How a list of nodes ends. */
interface End {
  readonly word: 'end' | 'else' | ''
  /** What stands behind `else`. */
  readonly rest: Action | undefined
}

class Parser {
  readonly #pieces: readonly Piece[]
  readonly #functions: ReadonlySet<string>
  readonly #defined = new Map<string, readonly Node[]>()
  #at = 0

  constructor(found: readonly Piece[], functions: ReadonlySet<string>) {
    this.#pieces = found
    this.#functions = functions
  }

  template(): Template {
    const { body, end } = this.#list(['root'])
    if (end.word !== '') throw new TemplateError(`unexpected {{${end.word}}}`)
    return { body, defined: this.#defined }
  }

  /** @param variables that are known where the list begins */
  #list(variables: readonly string[]): { body: Node[]; end: End } {
    const body: Node[] = []
    const known = [...variables]
    for (;;) {
      const piece = this.#pieces[this.#at++]
      if (piece === undefined) return { body, end: { word: '', rest: undefined } }
      if ('text' in piece) {
        body.push({ kind: 'text', text: piece.text })
        continue
      }
      const action = new Action(tokens(piece.action), this.#functions, known)
      const word = action.takeWord(['end', 'else'])
      if (word !== undefined) return { body, end: { word: word as End['word'], rest: action } }
      const node = this.#node(action, known)
      if (node !== undefined) body.push(node)
    }
  }

  #node(action: Action, known: string[]): Node | undefined {
    const word = action.takeWord(['if', 'with', 'range', 'define', 'block', 'template', 'break', 'continue'])
    if (word === 'if' || word === 'with' || word === 'range') return this.#control(word, action, [...known])
    if (word === 'break' || word === 'continue') return { kind: word }
    if (word === undefined) {
      const pipeline = action.whole()
      if (pipeline.declares) known.push(...pipeline.variables)
      return { kind: 'action', pipeline }
    }
    const name = action.takeText()
    if (word === 'template')
      return { kind: 'template', name, pipeline: action.isAtEnd ? undefined : action.whole() }
    const pipeline = word === 'block' ? action.whole() : undefined
    const { body, end } = this.#list([''])
    if (end.word !== 'end') throw new TemplateError(`{{${word}}} without {{end}}`)
    this.#defined.set(name, body)
    return pipeline && { kind: 'template', name, pipeline }
  }

  #control(kind: 'if' | 'with' | 'range', action: Action, known: string[]): Node {
    const pipeline = action.whole(kind === 'range' ? 2 : 1)
    if (pipeline.declares) known.push(...pipeline.variables)
    const { body, end } = this.#list(known)
    return { kind, pipeline, body, otherwise: this.#otherwise(kind, end, known) }
  }

  /** `{{else if …}}` ends with the same `{{end}}` as its `{{if}}`. */
  #otherwise(kind: string, { word, rest }: End, known: readonly string[]): readonly Node[] {
    if (word === 'end') return []
    if (word !== 'else') throw new TemplateError(`{{${kind}}} without {{end}}`)
    const next = rest!.takeWord(['if', 'with'])
    if (next === 'if' || next === 'with') return [this.#control(next, rest!, [...known])]
    const { body, end } = this.#list(known)
    if (end.word !== 'end') throw new TemplateError('{{else}} without {{end}}')
    return body
  }
}

class Action {
  readonly #tokens: readonly Token[]
  readonly #functions: ReadonlySet<string>
  readonly #known: readonly string[]
  #at = 0

  constructor(found: readonly Token[], functions: ReadonlySet<string>, known: readonly string[]) {
    this.#tokens = found
    this.#functions = functions
    this.#known = known
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  takeWord(words: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name' || !words.includes(token.text)) return undefined
    this.#at++
    return token.text
  }

  takeText(): string {
    const token = this.#tokens[this.#at++]
    if (token?.kind !== 'text') throw new TemplateError('expected the name of a template in quotes')
    return unquoted(token.text)
  }

  /** @param most variables that may be declared */
  whole(most = 1): Pipeline {
    const pipeline = this.#pipeline(most, [...this.#known])
    if (!this.isAtEnd) throw new TemplateError(`unexpected ${JSON.stringify(this.#tokens[this.#at]!.text)}`)
    return pipeline
  }

  #isSymbol(text: string, offset = 0): boolean {
    const token = this.#tokens[this.#at + offset]
    return token?.kind === 'symbol' && token.text === text
  }

  #pipeline(most: number, known: string[]): Pipeline {
    const { variables, declares } = this.#variables(most)
    if (!declares) for (const name of variables) expectKnown(name, known)
    const commands = [this.#command(known)]
    while (this.#isSymbol('|')) {
      this.#at++
      commands.push(this.#command(known))
    }
    return { variables, declares, commands }
  }

  #variables(most: number): Pick<Pipeline, 'variables' | 'declares'> {
    const variables: string[] = []
    let offset = 0
    while (variables.length < most && this.#tokens[this.#at + offset]?.kind === 'variable') {
      variables.push(this.#tokens[this.#at + offset]!.text.slice(1))
      offset++
      const declares = this.#isSymbol(':=', offset)
      if (declares || this.#isSymbol('=', offset)) {
        this.#at += offset + 1
        return { variables, declares }
      }
      if (!this.#isSymbol(',', offset)) break
      offset++
    }
    return { variables: [], declares: false }
  }

  #command(known: readonly string[]): Command {
    const operands: Operand[] = []
    while (!this.isAtEnd && !this.#isSymbol('|') && !this.#isSymbol(')')) operands.push(this.#operand(known))
    if (operands.length === 0) throw new TemplateError('missing value for command')
    return operands
  }

  #operand(known: readonly string[]): Operand {
    const { kind, text } = this.#tokens[this.#at++]!
    if (kind === 'text') return { kind: 'literal', value: unquoted(text) }
    if (kind === 'number') return { kind: 'literal', value: numberOf(text) }
    if (kind === 'variable') {
      expectKnown(text.slice(1), known)
      return { kind: 'variable', name: text.slice(1), path: this.#path() }
    }
    if (kind === 'field') return { kind: 'dot', path: [text.slice(1), ...this.#path()] }
    if (kind === 'name') return this.#named(text)
    if (text === '.') return { kind: 'dot', path: [] }
    if (text === '(') {
      const pipeline = this.#pipeline(0, [...known])
      if (!this.#isSymbol(')')) throw new TemplateError('unclosed left paren')
      this.#at++
      return { kind: 'pipeline', pipeline, path: this.#path() }
    }
    throw new TemplateError(`unexpected ${JSON.stringify(text)} in operand`)
  }

  #named(text: string): Operand {
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' }
    if (text === 'nil') return { kind: 'literal', value: null }
    if (!this.#functions.has(text)) throw new TemplateError(`function ${JSON.stringify(text)} not defined`)
    return { kind: 'function', name: text }
  }

  #path(): readonly string[] {
    const path: string[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token?.kind !== 'field' || !token.joined) return path
      path.push(token.text.slice(1))
      this.#at++
    }
  }
}

/** `$` is what the template was given. */
function expectKnown(name: string, known: readonly string[]): void {
  if (name !== '' && !known.includes(name)) throw new TemplateError(`undefined variable "$${name}"`)
}

/** Whole numbers are integers, as in Go. */
function numberOf(text: string): bigint | number {
  const plain = text.replaceAll('_', '')
  const digits = plain.replace(/^[+-]/, '')
  if (!/^(\d+|0[xX][\da-fA-F]+)$/.test(digits)) return Number(plain)
  return plain.startsWith('-') ? -BigInt(digits) : BigInt(digits)
}

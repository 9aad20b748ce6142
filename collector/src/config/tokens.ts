/** Tokens as a configuration gives them, each as `NAME:SCOPE:SHA256`: for containers, where no command is run first. */
import { isScope, type Scope } from '../model/scope.ts'
import { textList } from './alerts.ts'

export interface ConfiguredToken {
  readonly name: string
  readonly scope: Scope
  /** Of the token, in hex. */
  readonly sha256: string
}

const FORM = /^([\w.-]{1,100}):([a-z]+):([0-9a-f]{64})$/i

/** undefined where any of them has another form, or two have one name. */
export function tokenList(value: unknown): readonly ConfiguredToken[] | undefined {
  const read = textList(value)?.map(token)
  if (read === undefined || !read.every(one => one !== undefined)) return undefined
  return new Set(read.map(({ name }) => name)).size === read.length ? read : undefined
}

function token(text: string): ConfiguredToken | undefined {
  const [, name, scope, sha256] = FORM.exec(text) ?? []
  return name !== undefined && scope !== undefined && isScope(scope)
    ? { name, scope, sha256: sha256! }
    : undefined
}

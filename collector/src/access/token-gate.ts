/**
 * Lets requests in by the token that they bring. A token that another process adds counts at once, one
 * that it removes counts no more within a second.
 */
import { timingSafeEqual } from 'node:crypto'
import { HodoscopeError } from '../model/errors.ts'
import { may, type Deed, type Scope } from '../model/scope.ts'
import { unixMillis, type Clock, type Millis, type UnixMillis } from '../model/time.ts'
import { tokenOf } from './credentials.ts'
import { Failures } from './failures.ts'
import type { Caller, Gate, Session } from './gate.ts'
import { hashOf, newToken } from './token.ts'
import type { StoredToken, TokenTable } from './token-table.ts'

export interface TokenGateParts {
  readonly table: Pick<TokenTable, 'add' | 'all' | 'remove' | 'removeExpired' | 'version'>
  /** Tokens of the configuration. */
  readonly configured: readonly { readonly name: string; readonly scope: Scope; readonly sha256: string }[]
  readonly clock: Clock
}

const SESSION_MILLIS = 30 * 86_400_000
const LINK_MILLIS = 10 * 60_000
const LOOK_EVERY_MILLIS = 1_000

export class TokenGate implements Gate {
  readonly isOpen = false
  readonly #parts: TokenGateParts
  readonly #failures: Failures
  readonly #configured: readonly StoredToken[]
  #tokens: readonly StoredToken[]
  #version: number
  #lookedAt: Millis
  /** Of the start-up link, until somebody uses it. */
  #link: { readonly hash: Buffer; readonly expires: UnixMillis } | undefined

  constructor(parts: TokenGateParts) {
    this.#parts = parts
    this.#failures = new Failures(parts.clock)
    this.#configured = parts.configured.map(({ name, scope, sha256 }) => ({
      hash: Buffer.from(sha256, 'hex'),
      name,
      scope,
      created: unixMillis(0),
      expires: null,
    }))
    parts.table.removeExpired(parts.clock.now())
    this.#version = parts.table.version
    this.#tokens = parts.table.all()
    this.#lookedAt = parts.clock.monotonic()
  }

  admit(caller: Caller, deed: Deed): void {
    const { scope } = this.#known(tokenOf(caller.headers), caller.address)
    if (!may(scope, deed))
      throw new HodoscopeError('scope_insufficient', `a token of scope ${scope} may not ${deed}`)
  }

  scopeOf(caller: Caller): Scope | undefined {
    const token = tokenOf(caller.headers)
    return token === undefined ? undefined : this.#find(hashOf(token))?.scope
  }

  /** @throws HodoscopeError as `admit` does */
  #known(token: string | undefined, address: string): StoredToken {
    if (this.#failures.isClosedOut(address))
      throw new HodoscopeError('address_closed_out', 'too many tokens were refused from this address')
    if (token === undefined) throw new HodoscopeError('token_missing', 'this collector asks for a token')
    const known = this.#find(hashOf(token))
    if (known !== undefined) return known
    this.#failures.note(address)
    throw new HodoscopeError('token_refused', 'this token is not known here, or no longer')
  }

  /** One that is not known may have been added a moment ago: what is new is looked for before it is refused. */
  #find(hash: Buffer): StoredToken | undefined {
    if (this.#parts.clock.monotonic() - this.#lookedAt >= LOOK_EVERY_MILLIS) this.#look()
    const found = this.#among(hash)
    if (found !== undefined) return found
    this.#look()
    return this.#among(hash)
  }

  /** Each is compared, whichever it is: how long it takes tells nothing. */
  #among(hash: Buffer): StoredToken | undefined {
    const now = this.#parts.clock.now()
    let found: StoredToken | undefined
    for (const token of [...this.#configured, ...this.#tokens])
      if (timingSafeEqual(token.hash, hash) && (token.expires === null || token.expires > now)) found = token
    return found
  }

  #look(): void {
    const { table, clock } = this.#parts
    this.#lookedAt = clock.monotonic()
    const { version } = table
    if (version !== this.#version) this.#tokens = table.all()
    this.#version = version
  }

  signIn(token: string, address: string): Session {
    const { name, scope } = this.#known(token, address)
    if (!may(scope, 'read'))
      throw new HodoscopeError('scope_insufficient', `a token of scope ${scope} may not read`)
    return this.#begin(name, scope)
  }

  #begin(name: string | null, scope: Scope): Session {
    const { table, clock } = this.#parts
    const token = newToken()
    const expires = unixMillis(clock.now() + SESSION_MILLIS)
    table.add({ hash: hashOf(token), name, scope, created: clock.now(), expires })
    this.#tokens = table.all()
    return { token, scope, expires }
  }

  signOut({ headers: { cookie } }: Caller): void {
    const token = tokenOf({ cookie })
    if (token === undefined) return
    this.#parts.table.remove(hashOf(token))
    this.#tokens = this.#parts.table.all()
  }

  newLink(): string {
    const code = newToken()
    this.#link = { hash: hashOf(code), expires: unixMillis(this.#parts.clock.now() + LINK_MILLIS) }
    return code
  }

  useLink(code: string, address: string): Session {
    if (this.#failures.isClosedOut(address))
      throw new HodoscopeError('address_closed_out', 'too many tokens were refused from this address')
    const link = this.#link
    const now = this.#parts.clock.now()
    if (link === undefined || link.expires <= now || !timingSafeEqual(link.hash, hashOf(code))) {
      this.#failures.note(address)
      throw new HodoscopeError('token_refused', 'this link was used already, or is older than ten minutes')
    }
    this.#link = undefined
    return this.#begin(null, 'admin')
  }
}

/** Lets requests in, or not; and begins and ends the sessions of browsers. */
import { HodoscopeError } from '../model/errors.ts'
import type { Deed, Scope } from '../model/scope.ts'
import type { UnixMillis } from '../model/time.ts'

/** What the gate looks at of a request. */
export interface Caller {
  readonly headers: { readonly authorization?: string | undefined; readonly cookie?: string | undefined }
  /** From which it comes. */
  readonly address: string
}

export interface Session {
  /** For the cookie. */
  readonly token: string
  readonly scope: Scope
  readonly expires: UnixMillis
}

export interface Gate {
  /** Nothing is asked of anybody. */
  readonly isOpen: boolean
  /** @throws HodoscopeError token_missing, token_refused, scope_insufficient, address_closed_out */
  admit(caller: Caller, deed: Deed): void
  /** What the token of a request is good for; undefined where it brings none that is known. */
  scopeOf(caller: Caller): Scope | undefined
  /** Begins a session with a token. @throws HodoscopeError as `admit` does */
  signIn(token: string, address: string): Session
  /** Ends the session of a request, if it has one. A token that came otherwise stays. */
  signOut(caller: Caller): void
  /** A code that begins one session as `admin`, within ten minutes. The one before ends. */
  newLink(): string
  /** @throws HodoscopeError token_refused, address_closed_out */
  useLink(code: string, address: string): Session
}

const noTokens = (): never => {
  throw new HodoscopeError('not_found', 'no token is asked for here')
}

/** Where nobody is asked for a token. */
export const OPEN_GATE: Gate = {
  isOpen: true,
  admit: () => {},
  scopeOf: () => 'admin',
  signIn: noTokens,
  signOut: () => {},
  newLink: noTokens,
  useLink: noTokens,
}

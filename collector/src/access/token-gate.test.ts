/** Who is let in, by a clock that stands still unless it is moved, and a real catalogue. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES, type Deed, type Scope } from '../model/scope.ts'
import { millis, unixMillis, type Clock } from '../model/time.ts'
import { COOKIE } from './credentials.ts'
import type { Caller } from './gate.ts'
import { hashOf, newToken } from './token.ts'
import { TokenGate } from './token-gate.ts'
import { TokenTable } from './token-table.ts'

const DAY = 86_400_000
let folder: string
let now: number
let tables: TokenTable[]
const clock: Clock = { now: () => unixMillis(1_000_000 + now), monotonic: () => millis(now) }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-access-'))
  now = 0
  tables = []
})
afterEach(() => {
  for (const table of tables) table.close()
  rmSync(folder, { recursive: true })
})

const openTable = (): TokenTable => {
  const table = new TokenTable(join(folder, 'catalogue.db'))
  tables.push(table)
  return table
}

function stored(table: TokenTable, scope: Scope, name: string = scope): string {
  const token = newToken()
  table.add({ hash: hashOf(token), name, scope, created: clock.now(), expires: null })
  return token
}

const openGate = (table = openTable()): TokenGate => new TokenGate({ table, configured: [], clock })
const bearer = (token: string, address = '10.0.0.1'): Caller => ({
  headers: { authorization: `Bearer ${token}` },
  address,
})
const withCookie = (token: string): Caller => ({
  headers: { cookie: `${COOKIE}=${token}` },
  address: '10.0.0.1',
})

/** The code of the refusal, or 'in'. */
function outcome(work: () => unknown): string {
  try {
    work()
    return 'in'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('a token', () => {
  it('lets in to what its scope is for, and to nothing else', () => {
    const table = openTable()
    const tokens = SCOPES.map(scope => [scope, stored(table, scope)] as const)
    const gate = openGate(table)
    const matrix = tokens.map(([scope, token]) => [
      scope,
      ...(['send', 'read', 'change'] as const).map(deed => outcome(() => gate.admit(bearer(token), deed))),
    ])
    const no = 'scope_insufficient'
    expect(matrix).toEqual([
      ['ingest', 'in', no, no],
      ['viewer', no, 'in', no],
      ['editor', no, 'in', 'in'],
      ['admin', 'in', 'in', 'in'],
    ])
  })

  it.each(['send', 'read', 'change'] satisfies Deed[])('is asked for whoever would %s', deed => {
    const gate = openGate()
    expect(outcome(() => gate.admit({ headers: {}, address: 'a' }, deed))).toBe('token_missing')
    expect(outcome(() => gate.admit(bearer('hod_guess'), deed))).toBe('token_refused')
  })

  it('of the configuration counts as one that is stored', () => {
    const sha256 = hashOf('secret').toString('hex')
    const configured = [{ name: 'agents', scope: 'ingest', sha256 }] as const
    const gate = new TokenGate({ table: openTable(), configured, clock })
    expect(outcome(() => gate.admit(bearer('secret'), 'send'))).toBe('in')
    expect(gate.scopeOf(bearer('secret'))).toBe('ingest')
  })

  it('that another process adds counts at once, and one that it removes no more within a second', () => {
    const gate = openGate()
    const elsewhere = openTable()
    const token = stored(elsewhere, 'viewer')
    expect(outcome(() => gate.admit(bearer(token), 'read'))).toBe('in')
    expect(elsewhere.removeNamed('viewer')).toBe(true)
    now += 1_000
    expect(outcome(() => gate.admit(bearer(token), 'read'))).toBe('token_refused')
    expect(elsewhere.removeNamed('viewer')).toBe(false)
  })

  it('has a name of its own, and is nowhere in the file', () => {
    const table = openTable()
    const token = stored(table, 'viewer')
    const again = {
      hash: hashOf('x'),
      name: 'viewer',
      scope: 'admin',
      created: clock.now(),
      expires: null,
    } as const
    expect(table.add(again)).toBe(false)
    const bytes = Buffer.concat(readdirSync(folder).map(file => readFileSync(join(folder, file))))
    expect(bytes.includes(hashOf(token))).toBe(true)
    expect(bytes.includes(token.slice(4))).toBe(false)
  })
})

describe('a session', () => {
  it('is begun with a token, stands for it, and outlives the process', () => {
    const table = openTable()
    const token = stored(table, 'editor')
    const session = openGate(table).signIn(token, '10.0.0.1')
    expect(session.scope).toBe('editor')
    expect(session.token).not.toBe(token)
    const gate = openGate()
    expect(outcome(() => gate.admit(withCookie(session.token), 'change'))).toBe('in')
    expect(outcome(() => gate.admit(withCookie(session.token), 'send'))).toBe('scope_insufficient')
  })

  it('is not begun with a token that may not read', () => {
    const table = openTable()
    const token = stored(table, 'ingest')
    expect(outcome(() => openGate(table).signIn(token, 'a'))).toBe('scope_insufficient')
  })

  it('ends when it is ended, when its token is removed, and after thirty days', () => {
    const table = openTable()
    const token = stored(table, 'viewer')
    const gate = openGate(table)
    const [ended, old] = [1, 2].map(() => gate.signIn(token, 'a').token)
    gate.signOut(withCookie(ended!))
    expect(outcome(() => gate.admit(withCookie(ended!), 'read'))).toBe('token_refused')
    now += 30 * DAY - 1
    expect(outcome(() => gate.admit(withCookie(old!), 'read'))).toBe('in')
    now += 1
    expect(outcome(() => gate.admit(withCookie(old!), 'read'))).toBe('token_refused')
    const orphaned = gate.signIn(token, 'a').token
    expect(outcome(() => gate.admit(withCookie(orphaned), 'read'))).toBe('in')
    openTable().removeNamed('viewer')
    now += 2_000
    expect(outcome(() => gate.admit(withCookie(orphaned), 'read'))).toBe('token_refused')
  })

  it('that ends leaves a token that came in a header', () => {
    const table = openTable()
    const token = stored(table, 'viewer')
    const gate = openGate(table)
    gate.signOut(bearer(token))
    expect(outcome(() => gate.admit(bearer(token), 'read'))).toBe('in')
  })

  it('is begun by the link once, within ten minutes, and by the newest link alone', () => {
    const gate = openGate()
    const [old, link] = [gate.newLink(), gate.newLink()]
    expect(outcome(() => gate.useLink(old, 'a'))).toBe('token_refused')
    const session = gate.useLink(link, 'a')
    expect(session.scope).toBe('admin')
    expect(outcome(() => gate.admit(withCookie(session.token), 'change'))).toBe('in')
    expect(outcome(() => gate.useLink(link, 'a'))).toBe('token_refused')
    const late = gate.newLink()
    now += 600_000
    expect(outcome(() => gate.useLink(late, 'a'))).toBe('token_refused')
  })
})

describe('who guesses', () => {
  it('is closed out after ten failures for the rest of the minute, and nobody else is', () => {
    const table = openTable()
    const token = stored(table, 'viewer')
    const gate = openGate(table)
    for (let i = 0; i < 10; i++)
      expect(outcome(() => gate.admit(bearer(`guess${i}`), 'read'))).toBe('token_refused')
    for (const guess of ['another', token])
      expect(outcome(() => gate.admit(bearer(guess), 'read'))).toBe('address_closed_out')
    expect(outcome(() => gate.useLink('guess', '10.0.0.1'))).toBe('address_closed_out')
    expect(outcome(() => gate.admit(bearer(token, '10.0.0.2'), 'read'))).toBe('in')
    now += 60_000
    expect(outcome(() => gate.admit(bearer(token), 'read'))).toBe('in')
  })
})

/** The commands that make, list and remove tokens; a collector that runs sees the change within a second at most. */
import { mkdirSync } from 'node:fs'
import { hashOf, newToken } from '../access/token.ts'
import { isToken, TokenTable } from '../access/token-table.ts'
import type { Config } from '../config/schema.ts'
import { cataloguePath } from '../durable/catalogue-file.ts'
import { isScope, SCOPES } from '../model/scope.ts'
import { systemClock } from '../model/time.ts'

const ONLY_OWNER = 0o077
const NAME = /^[\w.-]{1,100}$/

class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

function withTable<T>({ data }: Config, work: (table: TokenTable) => T): T {
  process.umask(ONLY_OWNER)
  mkdirSync(data, { recursive: true })
  const table = new TokenTable(cataloguePath(data))
  try {
    return work(table)
  } finally {
    table.close()
  }
}

/** @returns what a person reads: the token, this once @throws TokenRefused */
export function addToken(config: Config, name: string, scope: string): string {
  if (!NAME.test(name))
    throw new TokenRefused(
      `the name ${JSON.stringify(name)} is not of letters, digits and _ . -, at most 100`,
    )
  if (!isScope(scope))
    throw new TokenRefused(`there is no scope ${JSON.stringify(scope)}; there are ${SCOPES.join(', ')}`)
  const token = newToken()
  const hash = hashOf(token)
  const added = withTable(config, table =>
    table.add({ hash, name, scope, created: systemClock.now(), expires: null }),
  )
  if (!added) throw new TokenRefused(`there is a token ${name}; remove it first, or take another name`)
  return [
    token,
    '',
    `  It is shown this once. Its scope is ${scope}; in a configuration it stands as`,
    `  ${name}:${scope}:${hash.toString('hex')}`,
    '',
  ].join('\n')
}

/** @returns a line for each token */
export function listTokens(config: Config): string {
  const stored = withTable(config, table => table.all().filter(isToken))
  const lines = [
    ...stored.map(({ name, scope, created }) => `${name}\t${scope}\tmade ${new Date(created).toISOString()}`),
    ...config.access.tokens.map(({ name, scope }) => `${name}\t${scope}\tof the configuration`),
  ]
  return lines.length === 0 ? 'no tokens\n' : `${lines.sort().join('\n')}\n`
}

/** @throws TokenRefused where there is none of this name */
export function removeToken(config: Config, name: string): string {
  if (!withTable(config, table => table.removeNamed(name)))
    throw new TokenRefused(
      `there is no token ${name} in ${config.data}; \`hodoscope token list\` tells which there are`,
    )
  return `removed: ${name}, and the sessions begun with it\n`
}

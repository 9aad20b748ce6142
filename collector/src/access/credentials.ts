/**
 * The token that a request brings: as a bearer, as the password of basic authentication (its name does
 * not matter), or in the cookie of a session.
 */
import type { IncomingHttpHeaders } from 'node:http'

export const COOKIE = 'hodoscope'

/** Longer ones are no tokens of ours. */
const MOST_CHARACTERS = 512

/** undefined where it brings none. */
export function tokenOf({
  authorization,
  cookie,
}: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>): string | undefined {
  const token = authorization === undefined ? fromCookie(cookie ?? '') : fromHeader(authorization)
  return token === undefined || token.length > MOST_CHARACTERS ? undefined : token
}

function fromHeader(authorization: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? []
  if (/^bearer$/i.test(scheme)) return value
  if (!/^basic$/i.test(scheme)) return undefined
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []
  return password
}

function fromCookie(cookie: string): string | undefined {
  for (const pair of cookie.split(';')) {
    const [name, value] = pair.split('=', 2)
    if (name?.trim() === COOKIE) return value?.trim()
  }
  return undefined
}

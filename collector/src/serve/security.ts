/**
 * What every answer of the UI and the API carries, and who may change anything.
 *
 * The UI needs neither inline scripts nor foreign hosts, so the policy allows none; an injected
 * text that slipped through escaping still could not run. There is no CORS header anywhere: no
 * other origin may read an answer.
 */
import { HodoscopeError } from '../model/errors.ts'

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

export const JSON_BODY = /^application\/json\s*(;|$)/i
/** Some clients of Prometheus's API ask with everything in the URL, and call the empty body JSON. */
export const FORM_BODY = /^application\/(x-www-form-urlencoded|json)\s*(;|$)/i

const SAFE = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/**
 * Refuses what another site's page sends in a visitor's name. Browsers name the origin of every
 * request that is not a plain read; programs such as curl name none.
 * @param body the type of body that the path takes
 * @throws HodoscopeError origin_forbidden, media_type_unsupported
 */
export function refuseCrossSite(method: string, headers: Headers, body: RegExp): void {
  if (SAFE.includes(method)) return
  const site = headers.get('sec-fetch-site') ?? 'none'
  const origin = headers.get('origin')
  if (
    !['same-origin', 'none'].includes(site) ||
    (origin !== null && !sameOrigin(origin, headers.get('host')))
  )
    throw new HodoscopeError('origin_forbidden', 'The request comes from another site.')
  const type = headers.get('content-type') ?? ''
  if (!body.test(type))
    throw new HodoscopeError(
      'media_type_unsupported',
      `Expected Content-Type: ${body === FORM_BODY ? 'application/x-www-form-urlencoded' : 'application/json'}.`,
    )
}

function sameOrigin(origin: string, host: string | null): boolean {
  return URL.parse(origin)?.host === host?.toLowerCase()
}

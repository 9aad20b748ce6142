/**
 * URLs and methods as spans carry them: stable semantic conventions, with what may be secret masked.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/ (`url.full`, `url.query`,
 * `http.request.method`).
 */
import { MASK } from '../redaction.ts'

const METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
])
const SECRET_NAME =
  /token|secret|passw|pwd|api[-_]?key|access[-_]?key|auth|credential|session|signature|^sig$|^key$/i
const LONGEST_URL = 4096

/** @returns the upper-case method, `_OTHER` for what HTTP does not name */
export function knownMethod(method: string | undefined): string {
  if (method !== undefined && METHODS.has(method)) return method
  const upper = (method ?? 'GET').toUpperCase()
  return METHODS.has(upper) ? upper : '_OTHER'
}

/** The name of a span starts with it. */
export function methodInName(method: string): string {
  return method === '_OTHER' ? 'HTTP' : method
}

/** @param target  request target, `/path?query` */
export function splitTarget(target: string): { path: string; query: string | undefined } {
  const mark = target.indexOf('?')
  if (mark === -1) return { path: cut(target), query: undefined }
  return { path: cut(target.slice(0, mark)), query: cut(maskQuery(target.slice(mark + 1))) }
}

/** Values whose name speaks of a secret are masked; order and everything else stay. @param query  without `?` */
export function maskQuery(query: string): string {
  if (!SECRET_NAME.test(query)) return query
  return query
    .split('&')
    .map(pair => {
      const name = pair.split('=', 1)[0] ?? ''
      return name !== pair && SECRET_NAME.test(name) ? `${name}=${MASK}` : pair
    })
    .join('&')
}

/** @param target  `/path?query`; an absolute target (a proxy request) is kept as it is, without user name and password */
export function fullUrl(origin: string, target: string): string {
  const { path, query } = splitTarget(target)
  const url = query === undefined ? path : `${path}?${query}`
  return cut(/^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url.replace(/\/\/[^/@]*@/, '//') : origin + url)
}

function cut(text: string): string {
  return text.length > LONGEST_URL ? text.slice(0, LONGEST_URL) : text
}

/** @param host  of a Host header: `name`, `name:port`, `[::1]:port` */
export function splitHost(host: string | undefined): {
  address: string | undefined
  port: number | undefined
} {
  const match = host === undefined ? null : /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host)
  return {
    address: match?.[1] || undefined,
    port: match?.[2] === undefined ? undefined : Number(match[2]),
  }
}

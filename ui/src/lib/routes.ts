/**
 * The addresses of the UI, read and written. Every state of a page is in its URL; nothing else is.
 */

export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'traces' }
  | { readonly page: 'trace'; readonly traceId: string }
  | { readonly page: 'logs' }
  /** The metrics: `/metrics` is the collector's own, as Prometheus scrapes it. */
  | { readonly page: 'query' }
  | { readonly page: 'map' }
  | { readonly page: 'services' }
  | { readonly page: 'service'; readonly service: string }
  | { readonly page: 'deploy'; readonly service: string; readonly version: string }
  | { readonly page: 'errors' }
  | { readonly page: 'error'; readonly fingerprint: string }
  | { readonly page: 'slos' }
  | { readonly page: 'slo'; readonly name: string }
  /** An objective as a form and as YAML; without a name, a new one. */
  | { readonly page: 'slo-editor'; readonly name: string | undefined }
  | { readonly page: 'alerts' }
  /** The collector about itself. */
  | { readonly page: 'status' }
  | { readonly page: 'id'; readonly id: string }
  | { readonly page: 'unknown'; readonly path: string }

export function routeOf(path: string): Route {
  const [, page = '', rest, ...more] = path.split('/')
  if (page === 'slos') return sloRoute(path, rest, more)
  if (page === 'services') return serviceRoute(path, rest, more)
  if (more.length > 0 || (rest !== undefined && rest !== '' && !WITH_ARGUMENT.has(page)))
    return { page: 'unknown', path }
  const argument = rest === undefined || rest === '' ? undefined : decode(rest)
  if (page === '' || page === 'overview') return { page: 'overview' }
  if (page === 'traces' && argument === undefined) return { page: 'traces' }
  if (page === 'traces' && argument !== undefined) return { page: 'trace', traceId: argument }
  if (page === 'logs') return { page: 'logs' }
  if (page === 'query') return { page: 'query' }
  if (page === 'alerts') return { page: 'alerts' }
  if (page === 'status') return { page: 'status' }
  if (page === 'new-slo') return { page: 'slo-editor', name: undefined }
  if (page === 'errors')
    return argument === undefined ? { page: 'errors' } : { page: 'error', fingerprint: argument }
  if (page === 'map') return { page: 'map' }
  if (page === 'ids' && argument !== undefined) return { page: 'id', id: argument }
  return { page: 'unknown', path }
}

const WITH_ARGUMENT: ReadonlySet<string> = new Set(['traces', 'ids', 'errors'])

/** `/services`, `/services/NAME`, `/services/NAME/deploys/VERSION`. */
function serviceRoute(path: string, rest: string | undefined, more: readonly string[]): Route {
  if (rest === undefined || rest === '')
    return more.length === 0 ? { page: 'services' } : { page: 'unknown', path }
  const service = decode(rest)
  if (more.length === 0) return { page: 'service', service }
  const [kind, version, ...others] = more
  if (kind === 'deploys' && version !== undefined && version !== '' && others.length === 0)
    return { page: 'deploy', service, version: decode(version) }
  return { page: 'unknown', path }
}

/** `/slos`, `/slos/NAME`, `/slos/NAME/edit`, `/new-slo`: no name of an objective is an address of its own. */
function sloRoute(path: string, rest: string | undefined, more: readonly string[]): Route {
  if (rest === undefined || rest === '')
    return more.length === 0 ? { page: 'slos' } : { page: 'unknown', path }
  if (more.length === 0) return { page: 'slo', name: decode(rest) }
  if (more.length === 1 && more[0] === 'edit') return { page: 'slo-editor', name: decode(rest) }
  return { page: 'unknown', path }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export const tracePath = (traceId: string): string => `/traces/${encodeURIComponent(traceId)}`
export const sloPath = (name: string): string => `/slos/${encodeURIComponent(name)}`
export const sloEditorPath = (name: string | undefined): string =>
  name === undefined ? '/new-slo' : `${sloPath(name)}/edit`
export const servicePath = (service: string): string => `/services/${encodeURIComponent(service)}`
export const deployPath = (service: string, version: string): string =>
  `${servicePath(service)}/deploys/${encodeURIComponent(version)}`
export const errorPath = (fingerprint: string): string => `/errors/${encodeURIComponent(fingerprint)}`
export const idPath = (id: string): string => `/ids/${encodeURIComponent(id)}`

export type Params = Readonly<Record<string, string | number | null | undefined>>

/** A path with its query; parameters that are undefined, null or '' are left out. */
export function url(path: string, params: Params = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(params))
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

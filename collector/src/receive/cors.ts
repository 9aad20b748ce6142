/**
 * Lets pages of some origins send telemetry from the browser. Nobody else's pages may, and no page may
 * read anything: this stands before what is received, and nowhere else.
 *
 * Source: the Fetch standard, "CORS protocol".
 */
import type { IncomingMessage } from 'node:http'

const PREFLIGHT: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': 'authorization, content-encoding, content-type',
  'Access-Control-Max-Age': '600',
}

/**
 * @param origins as a browser writes them: `https://shop.example`
 * @param receive answers a request
 */
export function withOrigins<Env extends { readonly incoming: IncomingMessage }>(
  origins: readonly string[],
  receive: (request: Request, env: Env) => Response | Promise<Response>,
): (request: Request, env: Env) => Response | Promise<Response> {
  if (origins.length === 0) return receive
  const allowed = new Set(origins)
  return async (request, env) => {
    const { origin } = env.incoming.headers
    if (origin === undefined || !allowed.has(origin)) return receive(request, env)
    const headers = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
    if (env.incoming.method === 'OPTIONS')
      return new Response(null, { status: 204, headers: { ...headers, ...PREFLIGHT } })
    const answer = await receive(request, env)
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value)
    return answer
  }
}

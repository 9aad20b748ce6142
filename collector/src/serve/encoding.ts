/** Compression of answers, where the client asks for it. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const gzipAsync = promisify(gzip)

/** Below this, compressing costs more than it saves. */
const WORTHWHILE_BYTES = 4_096

/** Whether `Accept-Encoding` takes an encoding: named, or by `*`, and not with q=0. */
export function accepts(header: string | undefined | null, encoding: string): boolean {
  let wildcard = false
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map(p => p.trim())
    const taken = !parameters.some(p => /^q=0(\.0*)?$/.test(p))
    if (name === encoding) return taken
    if (name === '*') wildcard = taken
  }
  return wildcard
}

/** An answer's bytes as a response; gzip when it is large and asked for. The lightest level: the way is short. */
export async function bytesResponse(
  body: Uint8Array<ArrayBuffer>,
  acceptEncoding: string | undefined,
  headers: Record<string, string>,
): Promise<Response> {
  const vary = { ...headers, Vary: 'Accept-Encoding' }
  if (body.byteLength < WORTHWHILE_BYTES || !accepts(acceptEncoding, 'gzip'))
    return new Response(body, { headers: vary })
  const packed = await gzipAsync(body, { level: 1 })
  return new Response(packed, { headers: { ...vary, 'Content-Encoding': 'gzip' } })
}

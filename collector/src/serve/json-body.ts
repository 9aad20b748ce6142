/** The body of a request that changes something: a small JSON object of a known shape. */
import type { z } from 'zod'
import { HodoscopeError } from '../model/errors.ts'

const MAX_BYTES = 64 * 1024

/** @throws HodoscopeError payload_too_large, payload_malformed, or parameter_invalid that names the first field at fault */
export async function readJsonBody<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const result = schema.safeParse(parse(await textOf(request)))
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const where = issue.path.length === 0 ? 'body' : issue.path.join('.')
  throw new HodoscopeError('parameter_invalid', `${where}: ${issue.message}`)
}

async function textOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new HodoscopeError('payload_too_large', `body: more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HodoscopeError('payload_malformed', 'body: expected JSON')
  }
}

/** How the methods of the desk read their parameters, and what they say of what is not there. */
import { z } from 'zod'
import { HodoscopeError } from '../../model/errors.ts'

export const named = z.strictObject({ name: z.string() })

/** @throws HodoscopeError `document_invalid` with every fault */
export function read<S extends z.ZodType>(schema: S, params: unknown): z.output<S> {
  const result = schema.safeParse(params)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new HodoscopeError('document_invalid', faults.join('; '))
}

export const missing = (what: string, name: string): HodoscopeError =>
  new HodoscopeError('not_found', `There is no ${what} of the name ${JSON.stringify(name)}.`)

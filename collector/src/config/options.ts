/** The schema read as a list: what `--help`, the README's table and the environment overlay go by. */
import { z } from 'zod'
import { schema } from './schema.ts'

export interface Option {
  /** e.g. `['http', 'maxBodyBytes']`. */
  readonly path: readonly string[]
  readonly name: string
  readonly environment: string
  readonly default: string
  readonly description: string
}

export const environmentName = (path: readonly string[]): string =>
  `HODOSCOPE_${path.map(part => part.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`

const innermost = (type: z.core.$ZodType): z.core.$ZodType =>
  type instanceof z.ZodPrefault ? innermost(type.def.innerType) : type

function* walk(object: z.ZodObject, above: readonly string[]): Generator<Option> {
  for (const [key, type] of Object.entries(object.shape)) {
    const path = [...above, key]
    const inner = innermost(type)
    if (inner instanceof z.ZodObject) yield* walk(inner, path)
    else yield option(path, type as z.ZodType)
  }
}

function option(path: readonly string[], type: z.ZodType): Option {
  const fallback = type instanceof z.ZodPrefault ? type.def.defaultValue : ''
  return {
    path,
    name: path.join('.'),
    environment: environmentName(path),
    default: String(fallback),
    description: type.description ?? '',
  }
}

export const OPTIONS: readonly Option[] = [...walk(schema, [])]

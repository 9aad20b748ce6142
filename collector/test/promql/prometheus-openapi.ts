/** Prometheus's own description of its API, against which answers are held. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

type Json = Record<string, unknown>

interface Description {
  paths: Record<
    string,
    { get: { responses: Record<string, { content?: Record<string, { schema: Json }> }> } }
  >
  components: { schemas: Record<string, Json> }
}

/** @returns for a path such as `/query`, what is wrong with an answer; empty when nothing is */
export function describedAnswers(fixtures: string): (path: string, ok: boolean, body: unknown) => string[] {
  const text = readFileSync(join(fixtures, 'prometheus-openapi/openapi_3.1_golden.yaml'), 'utf8')
  const { paths, components } = parse(text) as Description
  const definitions = JSON.parse(
    JSON.stringify(components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as Json
  return (path, ok, body) => {
    const responses = paths[path]?.get.responses
    const schema = responses?.[ok ? '200' : 'default']?.content?.['application/json']?.schema
    if (schema === undefined) return [`${path} is not described`]
    const reference = (schema['$ref'] as string).replace('#/components/schemas/', '#/$defs/')
    const described = z.fromJSONSchema({ $ref: reference, $defs: definitions } as Parameters<
      typeof z.fromJSONSchema
    >[0])
    return (described.safeParse(body).error?.issues ?? []).map(
      issue => `${issue.path.join('.')}: ${issue.message}`,
    )
  }
}

/**
 * graphql: one span an operation, around its execution; what the resolvers do is below it. Errors of the result are on
 * the span, whole or partial.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/
 */
import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'
import { contexts } from '../context.ts'
import { recordError } from '../errors.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { beginCall, endCall, endingPromise } from './client-span.ts'

const LONGEST_DOCUMENT = 4096
const LITERAL = /"""[\s\S]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*(?:"|$)|(?<![\w$])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

interface Definition {
  readonly kind: string
  readonly operation?: string
  readonly name?: { readonly value: string }
}

interface Arguments {
  readonly document?: {
    readonly definitions?: readonly Definition[]
    readonly loc?: { readonly source?: { readonly body?: string } }
  }
  readonly operationName?: string | null
}

/** `graphql/execution/execute.js` and `.mjs`; the arguments are positional too before version 16. */
export const patchGraphql: Patch = exports => {
  const execute = exports['execute'] as (this: unknown, ...args: unknown[]) => unknown
  exports['execute'] = function (this: unknown, ...args: unknown[]): unknown {
    const span = beginCall(() => factsOf(argumentsOf(args)))
    if (span === undefined) return execute.apply(this, args)
    const own = trace.setSpan(context.active(), span)
    return endingPromise(span, () => contexts.with(own, () => execute.apply(this, args)), finish)
  }
  return undefined
}

function argumentsOf(args: readonly unknown[]): Arguments {
  if (args.length < 2) return args[0] as Arguments
  return { document: args[1], operationName: args[5] } as Arguments
}

function factsOf({ document, operationName }: Arguments) {
  const operations = document?.definitions?.filter(({ kind }) => kind === 'OperationDefinition') ?? []
  const chosen = operationName ? operations.find(({ name }) => name?.value === operationName) : operations[0]
  if (chosen?.operation === undefined) return undefined
  const attributes: Attributes = { 'graphql.operation.type': chosen.operation }
  if (chosen.name) attributes['graphql.operation.name'] = chosen.name.value
  const body = document?.loc?.source?.body
  if (body !== undefined) attributes['graphql.document'] = maskDocument(body)
  // The operation's name is the client's to choose, so it is no part of the span's. A second SERVER span below that of
  // the request would count it twice.
  return { name: chosen.operation, attributes, kind: SpanKind.INTERNAL }
}

/** @returns the document with its literals masked, at most 4,096 characters */
export function maskDocument(body: string): string {
  return body
    .slice(0, LONGEST_DOCUMENT * 2)
    .replace(LITERAL, '?')
    .slice(0, LONGEST_DOCUMENT)
}

function finish(span: Span, result: unknown): void {
  const errors = (result as { errors?: readonly unknown[] } | undefined)?.errors ?? []
  for (const error of errors.slice(0, 10)) recordError(span, originalOf(error))
  if (errors.length > 0) {
    const { message } = errors[0] as { message?: string }
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) })
  }
  endCall(span)
}

/** What the resolver threw; a GraphQLError wraps it. */
function originalOf(error: unknown): unknown {
  return safely(() => (error as { originalError?: unknown }).originalError) ?? error
}

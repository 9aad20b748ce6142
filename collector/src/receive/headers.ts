/**
 * What a request's headers say about its body. Nothing is guessed from the body: a receiver that
 * took `text/plain` could be written to by any web page, without a preflight.
 */
import type { IncomingMessage } from 'node:http'
import type { Encoding } from '../decode/request.ts'
import { HodoscopeError } from '../model/errors.ts'

export type ContentEncoding = 'identity' | 'gzip' | 'zstd'

/** The encoding that a Content-Type names, whatever its case and parameters; undefined for any other. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  switch (contentType?.split(';', 1)[0]!.trim().toLowerCase()) {
    case 'application/x-protobuf':
      return 'protobuf'
    case 'application/json':
      return 'json'
    default:
      return undefined
  }
}

/** @throws HodoscopeError `media_type_unsupported`; more than one layer of compression is never accepted */
export function contentEncodingOf(incoming: IncomingMessage): ContentEncoding {
  const value = incoming.headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (value === '' || value === 'identity') return 'identity'
  if (value === 'gzip' || value === 'zstd') return value
  throw new HodoscopeError('media_type_unsupported', `Content-Encoding ${quoted(value)} is not supported`)
}

/** @throws HodoscopeError `media_type_unsupported` */
export function requireEncoding(contentType: string | undefined): Encoding {
  const encoding = encodingOf(contentType)
  if (encoding !== undefined) return encoding
  const told = contentType === undefined ? 'no Content-Type' : `Content-Type ${quoted(contentType)}`
  throw new HodoscopeError('media_type_unsupported', `${told} is not an encoding of OTLP`)
}

/** @returns undefined for a body of unknown length */
export function contentLengthOf(incoming: IncomingMessage): number | undefined {
  const value = incoming.headers['content-length']
  return value === undefined ? undefined : Number(value)
}

const quoted = (value: string): string => JSON.stringify(value.slice(0, 100))

/**
 * Spans of `fetch` and of undici's other clients, from undici's diagnostics channels: the copy inside Node and any
 * that the app installed publish on the same names.
 *
 * Source: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
import { guarded } from '../guard.ts'
import { listenTo } from '../undo.ts'
import { answerCall, beginCall, endCall, failCall, type Call } from './call.ts'

interface UndiciRequest {
  readonly origin: string | URL
  readonly path: string
  readonly method: string
  /** Names and values in turn, since undici 6; one block of text before. */
  readonly headers: readonly (string | readonly string[])[] | string
  addHeader(name: string, value: string): void
}

const calls = new WeakMap<UndiciRequest, Call>()

export function traceUndici(): void {
  on('undici:request:create', ({ request }) => {
    const call = beginCall({
      method: request.method,
      origin: String(request.origin).replace(/\/$/, ''),
      target: request.path,
      headerOf: name => headerOf(request, name),
      setHeader: (name, value) => {
        if (headerOf(request, name) === undefined) request.addHeader(name, value)
        else replaceHeader(request, name, value)
      },
    })
    if (call) calls.set(request, call)
  })
  on('undici:client:sendHeaders', ({ request, socket }) => {
    const call = calls.get(request)
    if (!call || !socket?.remoteAddress) return
    call.span.setAttribute('network.peer.address', socket.remoteAddress)
    if (socket.remotePort !== undefined) call.span.setAttribute('network.peer.port', socket.remotePort)
  })
  on('undici:request:headers', ({ request, response }) => {
    const call = calls.get(request)
    if (call && response) answerCall(call, response.statusCode, {})
  })
  on('undici:request:trailers', ({ request }) => {
    const call = calls.get(request)
    if (call) endCall(call)
  })
  on('undici:request:error', ({ request, error }) => {
    const call = calls.get(request)
    if (call) failCall(call, error)
  })
}

interface Message {
  readonly request: UndiciRequest
  readonly response?: { readonly statusCode: number }
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number }
  readonly error?: unknown
}

function on(channel: string, listener: (message: Message) => void): void {
  listenTo(
    channel,
    guarded(message => listener(message as Message)),
  )
}

function headerOf({ headers }: UndiciRequest, name: string): string | undefined {
  if (typeof headers === 'string') return new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'im').exec(headers)?.[1]
  const at = headers.findIndex((header, i) => i % 2 === 0 && String(header).toLowerCase() === name)
  const value = at === -1 ? undefined : headers[at + 1]
  return typeof value === 'object' ? value[0] : value
}

/** undici has no call for it; a `traceparent` sent twice would be void. */
function replaceHeader(request: UndiciRequest, name: string, value: string): void {
  if (typeof request.headers === 'string') return
  const headers = request.headers as string[]
  const at = headers.findIndex((header, i) => i % 2 === 0 && header.toLowerCase() === name)
  headers[at + 1] = value
}

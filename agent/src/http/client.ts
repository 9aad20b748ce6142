/**
 * Spans of outgoing requests of node:http and node:https, from their diagnostics channels.
 *
 * The span covers the time from the request's creation to the end of the response. Before anything is sent the
 * request gets the trace context and the correlation id; headers that Node has already rendered (they were given as
 * an array) are amended in the rendered text.
 *
 * Source: https://nodejs.org/api/diagnostics_channel.html (http.client.request.created)
 */
import { ClientRequest, IncomingMessage } from 'node:http'
import { guarded } from '../guard.ts'
import { listenTo } from '../undo.ts'
import { beginCall, endCall, failCall, answerCall, type Call } from './call.ts'
import { overlayEmit } from './overlay.ts'

const CALL = Symbol('hodoscope.call')

interface Traced {
  [CALL]?: Call
}

type Request = ClientRequest & Traced
type Response = IncomingMessage & Traced

export function traceClients(): void {
  listenTo(
    'http.client.request.created',
    guarded(message => begin((message as { request: Request }).request)),
  )
  listenTo(
    'http.client.response.finish',
    guarded(message => {
      const { request, response } = message as { request: Request; response: Response }
      answer(request, response)
    }),
  )
  listenTo(
    'http.client.request.error',
    guarded(message => {
      const { request, error } = message as { request: Request; error: unknown }
      if (request[CALL]) failCall(request[CALL], error)
    }),
  )
  overlayEmit<Request>(ClientRequest.prototype, {
    on: ['close'],
    // A request whose response has come ends with the response.
    seen: ({ [CALL]: call }) => {
      if (call && !call.answered) endCall(call)
    },
  })
  overlayEmit<Response>(IncomingMessage.prototype, {
    on: ['end', 'close'],
    seen: ({ [CALL]: call }) => {
      if (call) endCall(call)
    },
  })
}

function begin(request: Request): void {
  const origin = `${request.protocol}//${hostOf(request)}`
  const call = beginCall({
    method: request.method,
    origin,
    target: request.path,
    headerOf: name => request.getHeader(name) as string | undefined,
    setHeader: (name, value) => setHeader(request, name, value),
  })
  if (call) request[CALL] = call
}

function hostOf(request: ClientRequest): string {
  const named = request.getHeader('host')
  return typeof named === 'string' ? named : request.host
}

/** Where Node keeps the headers as the text they are sent as; null until it has made it. */
const RENDERED = '_header'

interface Rendered {
  [RENDERED]: string | null
}

function setHeader(request: ClientRequest, name: string, value: string): void {
  const rendered = request as unknown as Rendered
  if (!rendered[RENDERED]) request.setHeader(name, value)
  else if (!new RegExp(`\r\n${name}:`, 'i').test(rendered[RENDERED])) {
    rendered[RENDERED] = `${rendered[RENDERED].slice(0, -2)}${name}: ${value}\r\n\r\n`
  }
}

function answer(request: Request, response: Response): void {
  const call = request[CALL]
  if (!call) return
  response[CALL] = call
  answerCall(call, response.statusCode ?? 0, {
    version: response.httpVersion,
    peerAddress: response.socket.remoteAddress,
    peerPort: response.socket.remotePort,
  })
}

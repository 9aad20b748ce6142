/**
 * The connections to the collector. They never keep the host process alive, and they are the first to know that
 * the collector cannot be reached: the exporter tells only after its last retry, ten seconds later.
 */
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import type { ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'

/** @param onFailure  told of each connection that could not be made or broke */
export function collectorAgent(protocol: string, onFailure: (error: Error) => void): http.Agent {
  return protocol === 'https:' ? new TlsAgent(onFailure) : new PlainAgent(onFailure)
}

const KEEP_ALIVE = { keepAlive: true, maxSockets: 2 }

class PlainAgent extends http.Agent {
  readonly #onFailure: (error: Error) => void

  constructor(onFailure: (error: Error) => void) {
    super(KEEP_ALIVE)
    this.#onFailure = onFailure
  }

  override createConnection(...args: Parameters<http.Agent['createConnection']>) {
    return unheld(super.createConnection(...args), this.#onFailure)
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request)
    ;(socket as Socket).unref()
  }
}

class TlsAgent extends https.Agent {
  readonly #onFailure: (error: Error) => void

  constructor(onFailure: (error: Error) => void) {
    super({ ...KEEP_ALIVE, ...certificates() })
    this.#onFailure = onFailure
  }

  override createConnection(...args: Parameters<https.Agent['createConnection']>) {
    return unheld(super.createConnection(...args), this.#onFailure)
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request)
    ;(socket as Socket).unref()
  }
}

function unheld<S extends Duplex | null | undefined>(socket: S, onFailure: (error: Error) => void): S {
  ;(socket as Socket | undefined)?.unref()
  socket?.once('error', onFailure)
  return socket
}

/** Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ (certificate, client key, client certificate). */
function certificates(): https.AgentOptions {
  const read = (name: string) => {
    const path = process.env[name]
    return path ? readFileSync(path) : undefined
  }
  const files = {
    ca: read('OTEL_EXPORTER_OTLP_CERTIFICATE'),
    cert: read('OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'),
    key: read('OTEL_EXPORTER_OTLP_CLIENT_KEY'),
  }
  return Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined))
}

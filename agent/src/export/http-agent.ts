/**
 * The connections to the collector. They never keep the host process alive, and they are the first to know that
 * the collector cannot be reached.
 */
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import type { ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { TlsFiles } from '../otlp-settings.ts'

export interface Certificates {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

const KEEP_ALIVE = { keepAlive: true, maxSockets: 2 }

export function collectorAgent(url: string, tls: Certificates): http.Agent {
  return url.startsWith('https:') ? new TlsAgent({ ...KEEP_ALIVE, ...tls }) : new PlainAgent(KEEP_ALIVE)
}

class PlainAgent extends http.Agent {
  override createConnection(...args: Parameters<http.Agent['createConnection']>) {
    return unheld(super.createConnection(...args))
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request)
    ;(socket as Socket).unref()
  }
}

class TlsAgent extends https.Agent {
  override createConnection(...args: Parameters<https.Agent['createConnection']>) {
    return unheld(super.createConnection(...args))
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request)
    ;(socket as Socket).unref()
  }
}

function unheld<S extends Duplex | null | undefined>(socket: S): S {
  ;(socket as Socket | undefined)?.unref()
  return socket
}

/** @throws when a file cannot be read */
export function readCertificates(tls: TlsFiles): Certificates {
  const read = Object.entries(tls).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, readFileSync(path as string)] as const],
  )
  return Object.fromEntries(read)
}

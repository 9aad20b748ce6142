/** What the main thread and the thread of alerts say to each other. */
import type { MessagePort } from 'node:worker_threads'
import type { ErrorCode } from '../model/errors.ts'
import type { AddressRange } from './addresses.ts'
import type { Routing } from './receivers.ts'

export interface AlertThreadData {
  /** The data folder. */
  readonly folder: string
  /** To the consumer of derived counts. */
  readonly derive: MessagePort
  readonly settings: AlertSettings
}

export interface AlertSettings {
  /** Receivers and routes of the configuration file. */
  readonly routing: Routing
  readonly allowedAddresses: readonly AddressRange[]
  /** Under which people reach the UI; links begin with it. */
  readonly externalUrl: string
  /** Folder of OpenSLO files, absolute; undefined without one. */
  readonly sloFolder: string | undefined
  /** Prometheus's rule files and folders of them, absolute. */
  readonly ruleFiles: readonly string[]
  readonly heartbeatUrl: string | undefined
}

export type ToAlerts =
  | { readonly call: number; readonly method: string; readonly params: unknown }
  | { readonly answered: number; readonly json: Uint8Array }
  | { readonly refused: number; readonly message: string }
  | { readonly close: true }

export type FromAlerts =
  | { readonly result: number; readonly json: string }
  | { readonly fault: number; readonly code: ErrorCode; readonly message: string }
  /** A question to the store, for a query thread. */
  | { readonly query: number; readonly job: string; readonly params: unknown }
  /** Samples to be stored: a WriteRequest of remote-write. */
  | { readonly write: number; readonly body: Uint8Array }
  | { readonly log: { readonly level: 'warn' | 'error'; readonly message: string } }
  | { readonly ready: true }
  /** What was due was evaluated and sent. Said about every second; whoever hears it no more knows of a stall. */
  | { readonly round: true }
  | { readonly closed: true }

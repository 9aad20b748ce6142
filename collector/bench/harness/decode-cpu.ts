/**
 * What decoding the payload costs in a process that does nothing else (`bench/decode-bodies.ts`).
 *
 * protobufjs's figure is the reference to which others are held: it tells how fast this machine is
 * at this time.
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

export interface DecodeOptions {
  readonly kind: 'spans' | 'spans-json' | 'logs'
  readonly records: number
  readonly seed: number
  readonly perRequest: number
}

/**
 * `protobufjs` makes objects of protobuf by the code that it generates for the schema (it reads no
 * JSON); `hodoscope` is `decodeRequest`, the collector's door.
 */
export type Decoder = 'protobufjs' | 'hodoscope'

/** @returns CPU seconds per million records, garbage collection included */
export async function decodeCpu(decoder: Decoder, options: DecodeOptions): Promise<number> {
  const entry = resolve(import.meta.dirname, '../decode-bodies.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [entry, decoder, JSON.stringify(options)])
  return (JSON.parse(stdout) as { cpuSecondsPerMillion: number }).cpuSecondsPerMillion
}

export const referenceCpu = (options: DecodeOptions): Promise<number> => decodeCpu('protobufjs', options)

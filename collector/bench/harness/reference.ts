/**
 * The measure of this machine at this time: what protobufjs needs to decode the same bodies.
 * `bench/reference.ts` does it in a process of its own.
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

export interface ReferenceOptions {
  readonly kind: 'spans' | 'logs'
  readonly records: number
  readonly seed: number
  readonly perRequest: number
}

/** @returns CPU seconds per million records, garbage collection included */
export async function referenceCpu(options: ReferenceOptions): Promise<number> {
  const entry = resolve(import.meta.dirname, '../reference.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [entry, JSON.stringify(options)])
  return (JSON.parse(stdout) as { cpuSecondsPerMillion: number }).cpuSecondsPerMillion
}

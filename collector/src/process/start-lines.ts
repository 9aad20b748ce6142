/** What a person reads when the collector has started, and what they are warned of. */
import type { Config } from '../config/schema.ts'
import { instrumentLine } from '../serve/instrument.ts'
import { isLoopback } from '../serve/hosts.ts'

export function startLines(version: string, url: string, config: Config): string {
  return [
    `hodoscope ${version}`,
    `  UI and API   ${url}`,
    `  data         ${config.data}`,
    `  instrument   ${instrumentLine(url)}`,
    '',
  ].join('\n')
}

/** @returns a warning for a collector that others than this machine can reach */
export function exposureWarning(config: Config): string | undefined {
  if (isLoopback(config.listen.host)) return undefined
  return `listening on ${config.listen.host}: whoever reaches this address can read and write all telemetry; there is no password`
}

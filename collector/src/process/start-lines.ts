/** What a person reads when the collector has started, and what they are warned of. */
import type { Config } from '../config/schema.ts'
import { instrumentLine } from '../serve/instrument.ts'
import { isLoopback } from '../serve/hosts.ts'

export function startLines(version: string, url: string, config: Config, link?: string): string {
  return [
    `hodoscope ${version}`,
    `  UI and API   ${url}`,
    `  data         ${config.data}`,
    ...(link === undefined ? [] : asked(link)),
    `  instrument   ${instrumentLine(url)}`,
    '',
  ].join('\n')
}

const asked = (link: string): string[] => [
  `  sign in      ${link} (once, within ten minutes)`,
  '  tokens       asked of everybody; `hodoscope token add NAME --scope ingest` makes one for agents',
]

/** @returns a warning for a collector that others than this machine can reach */
export function exposureWarning(config: Config): string | undefined {
  if (isLoopback(config.listen.host) || config.access.open !== 'always') return undefined
  return `listening on ${config.listen.host} with access.open: always: whoever reaches this address can read and write all telemetry`
}

/** Everything that is wrong with a configuration, told at once. */

export interface Fault {
  /** The option, or the variable or file where there is none. */
  readonly what: string
  readonly message: string
  /** Where the value stands: `hodoscope.yaml:3:14`, `HODOSCOPE_LISTEN`, `--listen`. */
  readonly from: string
}

export class ConfigError extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    const width = Math.max(...faults.map(fault => fault.what.length))
    const lines = faults.map(fault => `  ${fault.what.padEnd(width)}  ${fault.message}  (${fault.from})`)
    super(`configuration: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

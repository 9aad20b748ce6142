/** Every option of the configuration as text: name, variable, default, what it is for. */
import { OPTIONS } from '../config/options.ts'

export function optionsTable(): string {
  const rows = OPTIONS.map(option => [option.name, option.environment, option.default])
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]!.length)))
  return OPTIONS.map((option, i) => {
    const cells = rows[i]!.map((cell, column) => cell.padEnd(widths[column]!))
    return `${cells.join('  ')}  ${option.description}\n`
  }).join('')
}

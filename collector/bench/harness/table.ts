/**
 * Figures as a table that reads well both on a terminal and as Markdown.
 */
import { barText, valueText, verdict, type Figure } from './figure.ts'

export function figureTable(figures: readonly Figure[]): string {
  return markdownTable(
    ['figure', 'measured', 'bar', ''],
    figures.map(figure => [figure.name, valueText(figure), barText(figure), verdict(figure)]),
  )
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map(row => row[column]!.length)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = line(widths.map(width => '-'.repeat(width)))
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/**
 * Writes RESULTS.md from `results/*.json`. Nothing in it is typed by hand.
 *
 * Usage: node collector/bench/render.ts
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from './harness/result.ts'
import { figureTable } from './harness/table.ts'

export const RESULTS_FOLDER = join(import.meta.dirname, 'results')
export const RESULTS_FILE = join(import.meta.dirname, 'RESULTS.md')

const INTRODUCTION = `# Figures

Rendered from \`results/*.json\` by \`npm run bench\`; not edited. The payload is described in
\`payload/\`, what is measured in \`harness/ingest.ts\` and \`cases/\`. Load and collector share the
cores. CPU is that of the whole collector process, RSS its peak sampled every 100 ms, and the
reference (protobufjs decodes the same bodies) is measured in the same run, for machines differ and drift.
`

/** By name, then by number of records. */
export function readResults(): Result[] {
  return globSync('*.json', { cwd: RESULTS_FOLDER })
    .map(file => JSON.parse(readFileSync(join(RESULTS_FOLDER, file), 'utf8')) as Result)
    .sort((a, b) => (a.name === b.name ? a.records - b.records : a.name < b.name ? -1 : 1))
}

export function renderResults(results: readonly Result[]): string {
  return [INTRODUCTION, ...results.map(section)].join('\n')
}

function section(result: Result): string {
  const { machine } = result
  return `## ${result.name}, ${result.records.toLocaleString('en')} records

${sentence(result.about)}

${figureTable(result.figures)}

${result.date}, commit ${result.commit}, seed ${result.seed}, Node ${machine.node}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, Linux ${machine.kernel}; load average before: ${result.loadBefore}.
`
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`

export function writeResults(): void {
  writeFileSync(RESULTS_FILE, renderResults(readResults()))
}

if (import.meta.main) writeResults()

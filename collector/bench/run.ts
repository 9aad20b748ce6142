/**
 * `npm run bench -- [names…] [--records N] [--seed N] [--profile FOLDER] [--data FOLDER]`: measures
 * the cases one after the other, each in a fresh process, prints their figures beside their bars, and
 * keeps the results of full runs (a million records and more) in `results/`, from which RESULTS.md is
 * written. What cases ask questions of is stored once a run, or once for all runs with `--data`.
 */
import { fork } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve as absolute } from 'node:path'
import { parseArgs } from 'node:util'
import { verdict } from './harness/figure.ts'
import type { Result } from './harness/result.ts'
import { figureTable } from './harness/table.ts'
import { RESULTS_FOLDER, writeResults } from './render.ts'
import type { CaseOrder } from './run-case.ts'

const FULL_RECORDS = 1_000_000
const USAGE = '[names…] [--records N] [--seed N] [--profile FOLDER] [--data FOLDER]'

const known = globSync('*.ts', { cwd: join(import.meta.dirname, 'cases') })
  .map(file => basename(file, '.ts'))
  .sort()
const { values: options, positionals } = readArguments()
const unknown = positionals.filter(name => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no such case: ${unknown.join(', ')}; there are ${known.join(', ')}`)
  process.exit(2)
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        records: { type: 'string', default: String(FULL_RECORDS) },
        seed: { type: 'string', default: '1' },
        profile: { type: 'string' },
        data: { type: 'string' },
      },
    })
  } catch (error) {
    console.error(
      `${(error as Error).message}\nusage: npm run bench -- ${USAGE}\nthere are ${known.join(', ')}`,
    )
    process.exit(2)
  }
}

function runCase(order: CaseOrder): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'run-case.ts'), [JSON.stringify(order)])
    child.once('message', result => resolve(result as Result))
    child.once('exit', code => reject(new Error(`${order.name}: its process ended with ${code}`)))
  })
}

function keep(result: Result): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const suffix = result.records === FULL_RECORDS ? '' : `-${result.records / 1e6}M`
  const file = join(RESULTS_FOLDER, `${result.name}${suffix}.json`)
  writeFileSync(file, JSON.stringify(result, null, 2) + '\n')
  writeResults()
}

const records = Number(options.records)
const profileFolder = options.profile
const shared =
  options.data === undefined ? mkdtempSync(join(tmpdir(), 'hodoscope-bench-data-')) : absolute(options.data)
let failed = false
for (const name of positionals.length > 0 ? positionals : known) {
  const result = await runCase({
    name,
    records,
    seed: Number(options.seed),
    shared,
    ...(profileFolder !== undefined && { profileFolder }),
  })
  console.log(`\n${name}: ${result.about}; ${result.records.toLocaleString('en')} records\n`)
  console.log(result.failed ?? figureTable(result.figures))
  failed ||= result.failed !== undefined || result.figures.some(figure => verdict(figure) === 'miss')
  if (records >= FULL_RECORDS && profileFolder === undefined && !result.failed) keep(result)
  else console.log('\nnot kept: only full runs that succeed and are not profiled go into RESULTS.md')
}
if (options.data === undefined) rmSync(shared, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0

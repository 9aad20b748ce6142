/**
 * Prometheus's own scripts (promqltest of v3.0.0), run as they are.
 *
 * Cases of native histograms and of experimental functions are excluded by the rule in
 * `run-script.ts`; which ones those are stands in `promqltest-v3.0.0.excluded.txt`, so that a case
 * can neither leave nor join them unseen.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runScript, type Outcome } from './run-script.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn(`SKIPPED: HODOSCOPE_FIXTURES is not set; Prometheus's own scripts are not run`)

const LIST = join(import.meta.dirname, 'promqltest-v3.0.0.excluded.txt')
const folder = join(fixtures ?? '', 'promqltest/v3.0.0')

describe.skipIf(fixtures === undefined)('promqltest v3.0.0', () => {
  const scripts = fixtures === undefined ? [] : readdirSync(folder).filter(file => file.endsWith('.test'))
  const outcomes = new Map(scripts.map(file => [file, runScript(readFileSync(join(folder, file), 'utf8'))]))
  const all = [...outcomes.values()].flat()
  const having = (key: string): Outcome[] => all.filter(({ verdict }) => key in verdict)

  it.each(scripts)('%s', file => {
    const failed = outcomes
      .get(file)!
      .flatMap(({ line, query, verdict }) =>
        'failed' in verdict ? [`${line}: ${query}: ${verdict.failed}`] : [],
      )
    expect(failed).toEqual([])
  })

  it('runs 670 of 1,049 cases', () => {
    expect({ cases: all.length, passed: having('passed').length }).toEqual({ cases: 1049, passed: 670 })
  })

  it('excludes exactly the listed cases, each for the listed reason', () => {
    const listed = readFileSync(LIST, 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
    const excluded = [...outcomes].flatMap(([file, own]) =>
      own.flatMap(({ line, verdict }) =>
        'excluded' in verdict ? [`${file}:${line} ${verdict.excluded}`] : [],
      ),
    )
    expect(excluded).toEqual(listed)
  })
})

/**
 * Prometheus's own unit tests for rules, and its own rule files: our verdict is promtool's.
 *
 * The list holds each file's verdict, as promtool's own tests expect it; where Debian's promtool is
 * there and knows all keys of a file, it is asked too. Cases of native histograms are not judged, by
 * the rule in `unit-test-file.ts`; how many those are stands in the list, so that none leaves or
 * joins them unseen.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseRuleFile } from '../../src/query/rules/rule-file.ts'
import { judgeFile } from './unit-test-file.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn("SKIPPED: HODOSCOPE_FIXTURES is not set; Prometheus's unit tests of rules are not run")
const folder = join(fixtures ?? '', 'promtool-unittest')
const promtool = (mode: 'test' | 'check', file: string) =>
  spawnSync('promtool', [mode, 'rules', file], { encoding: 'utf8' })
const hasPromtool = spawnSync('promtool', ['--version']).error === undefined
if (!hasPromtool) console.warn('SKIPPED: promtool is not installed')

const listed = readFileSync(join(import.meta.dirname, 'promtool-unittest.verdicts.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => {
    const [mode, file, verdict, excluded, known] = line.split(/\s+/)
    return { mode: mode as 'test' | 'check', file: file!, verdict, excluded: Number(excluded), known }
  })

describe.skipIf(fixtures === undefined)('the verdict on', () => {
  const ours = ({ mode, file }: (typeof listed)[number]) => {
    if (mode === 'test') return judgeFile(join(folder, file))
    const { problems } = parseRuleFile(readFileSync(join(folder, file), 'utf8'))
    return { failures: problems.map(({ field, message }) => `${field}: ${message}`), excluded: [] }
  }
  it.each(listed)('$file is $verdict', each => {
    const { failures, excluded } = ours(each)
    expect([failures.length === 0 ? 'success' : 'failure', failures]).toEqual([each.verdict, failures])
    expect(excluded).toHaveLength(each.excluded)
  })

  const asked = listed.filter(({ known }) => known === 'debian')
  it.skipIf(!hasPromtool).each(asked)("$file is that of Debian's promtool", ({ mode, file, verdict }) => {
    const { status, stdout, stderr } = promtool(mode, join(folder, file))
    expect([status === 0 ? 'success' : 'failure', stdout + stderr]).toEqual([verdict, stdout + stderr])
  })
})

/** The texts of templates are those that Debian's promtool expands them to. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { TEMPLATES } from './templates.ts'

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined
if (!hasPromtool) console.warn('SKIPPED: promtool is not installed; templates are not held to it')

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'hodoscope-templates-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** @returns what promtool says against the texts */
function promtool(texts: readonly (readonly [string, string])[]): string {
  const rules = texts.map(([template], i) => ({
    alert: `A${i}`,
    expr: 'seen > 0',
    annotations: { text: template },
  }))
  writeFileSync(join(folder, 'rules.yml'), stringify({ groups: [{ name: 'g', rules }] }))
  const labels = { instance: 'db-1.example.org:9100', job: 'db' }
  const tests = texts.map(([, text], i) => ({
    eval_time: '0s',
    alertname: `A${i}`,
    exp_alerts: [{ exp_labels: labels, exp_annotations: { text } }],
  }))
  const series = 'seen{instance="db-1.example.org:9100", job="db"}'
  writeFileSync(
    join(folder, 'test.yml'),
    stringify({
      rule_files: ['rules.yml'],
      tests: [{ interval: '1m', input_series: [{ series, values: '1234567.891' }], alert_rule_test: tests }],
    }),
  )
  const { stdout, stderr, status } = spawnSync('promtool', ['test', 'rules', join(folder, 'test.yml')], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : stdout + stderr
}

describe.skipIf(!hasPromtool)('promtool', () => {
  it('expands every template to the same text', () => expect(promtool(TEMPLATES)).toBe(''))
  it('tells a planted difference', () => expect(promtool([['{{ $value }}', '1234567.891']])).toContain('A0'))
})

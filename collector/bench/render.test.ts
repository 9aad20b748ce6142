import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Result } from './harness/result.ts'
import { readResults, renderResults, RESULTS_FILE } from './render.ts'

const result: Result = {
  name: 'spans-512',
  about: 'spans, 512 a request',
  records: 1_000_000,
  seed: 1,
  date: '2026-11-22T14:00:00Z',
  commit: '0123456789',
  machine: { cpu: 'Some CPU', cores: 2, memoryGigabytes: 25, kernel: '6.1', node: 'v24.11.0' },
  loadBefore: 0.35,
  figures: [
    { name: 'rate', value: 401.25, unit: 'k/s', bar: { atLeast: 350 } },
    { name: 'disk', value: 36.04, unit: 'bytes', bar: { atMost: 36 } },
    { name: 'refused', value: 0, unit: 'requests' },
  ],
}

describe('RESULTS.md', () => {
  it('shows each figure beside its bar and says which it misses', () => {
    expect(renderResults([result]).split('\n').slice(7)).toEqual([
      '## spans-512, 1,000,000 records',
      '',
      'Spans, 512 a request.',
      '',
      '| figure  | measured    | bar        |      |',
      '| ------- | ----------- | ---------- | ---- |',
      '| rate    | 401.3 k/s   | ≥ 350 k/s  | pass |',
      '| disk    | 36.04 bytes | ≤ 36 bytes | miss |',
      '| refused | 0 requests  |            |      |',
      '',
      '2026-11-22T14:00:00Z, commit 0123456789, seed 1, Node v24.11.0; Some CPU, 2 cores, 25 GB, Linux 6.1; load average before: 0.35.',
      '',
    ])
  })

  it('is what the kept results render to', () => {
    const results = readResults()
    expect(existsSync(RESULTS_FILE)).toBe(results.length > 0)
    if (results.length > 0) expect(readFileSync(RESULTS_FILE, 'utf8')).toBe(renderResults(results))
  })
})

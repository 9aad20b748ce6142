import { expect, it } from 'vitest'
import { Findings } from './findings.ts'

it('says nothing when there is nothing', () => {
  const findings = new Findings()
  findings.reject('nobody', 0)
  expect([findings.rejected, findings.message('spans')]).toEqual([0, ''])
})

it('counts by reason, rejections before warnings', () => {
  const findings = new Findings()
  findings.warn('a name was unknown')
  findings.reject('no id')
  findings.reject('too deep', 3)
  findings.reject('no id')
  findings.warn('a name was unknown')
  expect([findings.rejected, findings.message('spans')]).toEqual([
    5,
    '5 spans rejected: no id (2); too deep (3). Accepted with changes: a name was unknown (2).',
  ])
})

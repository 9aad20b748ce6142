import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AlertCatalogue } from './catalogue.ts'
import { alertsInUse } from './in-use.ts'

const NOTHING = {
  routing: { receivers: [], routes: [] },
  sloFolder: undefined,
  ruleFiles: [],
  heartbeatUrl: undefined,
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-in-use-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('alerts', () => {
  it('are not in use in a new folder, nor in one whose catalogue says nothing of them', () => {
    expect(alertsInUse(folder, NOTHING)).toBe(false)
    new AlertCatalogue(join(folder, 'catalogue.db')).close()
    expect(alertsInUse(folder, NOTHING)).toBe(false)
  })

  it('are in use when the configuration names a folder of objectives, rule files or a heartbeat', () => {
    expect(alertsInUse(folder, { ...NOTHING, ruleFiles: ['rules'] })).toBe(true)
    expect(alertsInUse(folder, { ...NOTHING, sloFolder: 'slos' })).toBe(true)
    expect(alertsInUse(folder, { ...NOTHING, heartbeatUrl: 'http://127.0.0.1/' })).toBe(true)
  })

  it('are in use when an objective was stored', () => {
    const catalogue = new AlertCatalogue(join(folder, 'catalogue.db'))
    catalogue.run('putSlo', 'checkout', 'kind: SLO')
    catalogue.close()
    expect(alertsInUse(folder, NOTHING)).toBe(true)
  })
})

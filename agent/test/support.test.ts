/** The support table says what the tests show, no more and no less. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { declarations, KNOWN, supportTable, SUPPORT_FILE } from './support/support-table.ts'

it('docs/support.md is what the tests declare', () => {
  const table = readFileSync(SUPPORT_FILE, 'utf8')
  expect(table, 'node agent/test/support/support-table.ts writes it').toBe(supportTable())
})

it('every library that the agent knows is declared by a test, and nothing else is', () => {
  expect([...declarations().keys()].toSorted()).toEqual(KNOWN.map(({ name }) => name).toSorted())
})

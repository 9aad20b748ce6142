/** Holds the README's table of options to the schema. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { OPTIONS } from '../../src/config/options.ts'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

it('the README names every option with its variable, default and purpose', () => {
  const rows = OPTIONS.map(option => {
    const fallback = option.default === '' ? '' : ` \`${option.default}\``
    return `| \`${option.name}\` | \`${option.environment}\` |${fallback} | ${option.description} |`
  })
  expect(readme.split('\n').filter(line => line.startsWith('|') && line.includes('HODOSCOPE_'))).toEqual(rows)
})

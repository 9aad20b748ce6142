/** A folder of `ui/src` imports only from folders before it: lib, state, parts, chart, trace, slo, alerts, map, pages. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../src')
const FLOORS = ['lib', 'state', 'parts', 'chart', 'trace', 'slo', 'alerts', 'map', 'status', 'pages'] as const
const folderOf = (file: string): string => relative(SRC, file).split('/')[0] ?? ''

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name) && name.includes('/'))
  .map(name => join(SRC, name))

describe('the floors of the UI', () => {
  it.each(FLOORS)('%s imports nothing above it', floor => {
    const upward: string[] = []
    for (const file of files.filter(name => folderOf(name) === floor))
      for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
        const to = folderOf(resolve(file, '..', target))
        if (FLOORS.indexOf(to as (typeof FLOORS)[number]) > FLOORS.indexOf(floor))
          upward.push(`${relative(SRC, file)}: ${target}`)
      }
    expect(upward).toEqual([])
  })

  it('knows every folder', () => {
    expect(new Set(files.map(folderOf))).toEqual(new Set(FLOORS))
  })

  it('lets only types of the collector in', () => {
    const values = files.filter(file =>
      [...readFileSync(file, 'utf8').matchAll(/^import[^']*'[^']*collector\/[^']*'/gm)].some(
        ([statement]) => !statement.startsWith('import type '),
      ),
    )
    expect(values).toEqual([])
  })
})

/**
 * Holds every import of `collector/src` to the floor table in ARCHITECTURE.md: a folder imports
 * only from lower floors and from itself, `store` is entered by its door, and only `main.ts`
 * names a backend.
 */
import { readFileSync, globSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const src = join(root, 'collector/src')

function floorTable(markdown: string): Map<string, number> {
  const floors = new Map<string, number>()
  for (const [, floor, names] of markdown.matchAll(/^\| (\d) \| ([^|]+) \|/gm))
    for (const [, name] of names!.matchAll(/`([\w.-]+)\/?`/g)) floors.set(name!, Number(floor))
  return floors
}

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(m => m[1]!)
}

/** @returns one line for each import that the table forbids */
export function violations(
  files: ReadonlyMap<string, string>,
  floors: ReadonlyMap<string, number>,
): string[] {
  const found: string[] = []
  for (const [file, source] of files)
    for (const specifier of importsOf(source)) {
      const target = relative(src, resolve(src, dirname(file), specifier))
      if (target.startsWith('..')) continue
      const from = file.split('/')[0]!
      const to = target.split('/')[0]!
      const [fromFloor, toFloor] = [floors.get(from), floors.get(to)]
      if (fromFloor === undefined) found.push(`${file}: ${from} stands on no floor`)
      else if (toFloor === undefined) found.push(`${file}: ${to} stands on no floor`)
      else if (from !== to && toFloor >= fromFloor)
        found.push(`${file}: floor ${fromFloor} (${from}) imports floor ${toFloor} (${to})`)
      else if (from !== 'store' && to === 'store' && target !== 'store/api.ts' && file !== 'main.ts')
        found.push(`${file}: enters store by ${target}, not by its door (api.ts)`)
    }
  return found
}

const floors = floorTable(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'))
const files = new Map(
  globSync('**/*.ts', { cwd: src })
    .filter(f => !f.endsWith('.test.ts'))
    .map(f => [f, readFileSync(join(src, f), 'utf8')]),
)

it('reads a floor for every folder from ARCHITECTURE.md', () => {
  expect(floors.get('model')).toBe(0)
  expect(floors.get('serve')).toBe(6)
})

it('finds a planted upward import and a planted side door', () => {
  const planted = new Map([
    ['model/x.ts', "import { a } from '../serve/y.ts'"],
    ['query/x.ts', "import { a } from '../store/sqlite/z.ts'"],
  ])
  expect(violations(planted, floors)).toEqual([
    'model/x.ts: floor 0 (model) imports floor 6 (serve)',
    'query/x.ts: enters store by store/sqlite/z.ts, not by its door (api.ts)',
  ])
})

it('finds none in collector/src', () => {
  expect(violations(files, floors)).toEqual([])
})

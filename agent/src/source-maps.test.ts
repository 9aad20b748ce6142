import { build, type BuildOptions } from 'esbuild'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sourceStack } from './source-maps.ts'

const SOURCE = `interface Order { readonly id: number }

export function pay(order: Order): never {
  throw new Error('order ' + order.id)
}
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-maps-'))
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src/pay.ts'), SOURCE)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Compiles, calls, and follows the stack of what is thrown. */
async function thrown(name: string, options: BuildOptions): Promise<string[]> {
  const outfile = join(folder, name)
  await build({ entryPoints: [join(folder, 'src/pay.ts')], outfile, bundle: true, format: 'esm', ...options })
  const { pay } = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as {
    pay: (order: object) => never
  }
  try {
    return pay({ id: 1 })
  } catch (error) {
    return sourceStack((error as Error).stack!)
      .split('\n')
      .slice(0, 2)
  }
}

describe('a frame of a compiled file is the place in its source', () => {
  it.each<[string, BuildOptions]>([
    ['external.mjs', { sourcemap: true }],
    ['minified.mjs', { sourcemap: true, minify: true }],
    ['inline.mjs', { sourcemap: 'inline' }],
    ['rooted.mjs', { sourcemap: true, sourceRoot: '.' }],
  ])('%s', async (name, options) => {
    const [message, frame] = await thrown(name, options)
    expect(message).toBe('Error: order 1')
    expect(frame).toMatch(/^ +at \w+ \(/)
    expect(frame).toContain(`(${join(folder, 'src/pay.ts')}:4:9)`)
  })
})

it('sources that are no files are named as the map names them', () => {
  const path = written('bundle.js', 'x\n//# sourceMappingURL=bundle.js.map\n')
  written('bundle.js.map', mapTo('webpack://shop/src/pay.ts'))
  expect(sourceStack(`Error: x\n    at async pay (${path}:1:1)\n    at ${path}:1:1`)).toBe(
    'Error: x\n    at async pay (webpack://shop/src/pay.ts:1:1)\n    at webpack://shop/src/pay.ts:1:1',
  )
})

it('a file with a space in its name is found by path and by URL', () => {
  const path = written(
    'a b.js',
    `x\n//# sourceMappingURL=data:application/json,${encodeURIComponent(mapTo('c.ts'))}`,
  )
  const source = join(folder, 'c.ts')
  expect(sourceStack(`    at f (${pathToFileURL(path).href}:1:1)\n    at f (${path}:1:1)`)).toBe(
    `    at f (${source}:1:1)\n    at f (${source}:1:1)`,
  )
})

describe('stays as it is', () => {
  const comment = (link: string): string => `x\n//# sourceMappingURL=${link}\n`
  it.each<[string, string]>([
    ['a file without a map', 'x\n'],
    ['a map that is not there', comment('nowhere.map')],
    ['a map that would have to be fetched', comment('https://maps.example.com/x.map')],
    ['a map that is no JSON', comment('data:application/json,nonsense')],
    ['a map that is no map', comment('data:application/json,%5B1%5D')],
    ['a map of another kind', comment('data:text/plain,x')],
    ['a link that is no URL', comment('http://[')],
  ])('%s', (_, text) => {
    const stack = `Error: x\n    at f (${written(`${text.length}.js`, text)}:1:1)`
    expect(sourceStack(stack)).toBe(stack)
    expect(sourceStack(stack)).toBe(stack)
  })
  it.each([
    'Error: x\n    at f (/not/there.js:1:1)',
    'Error: x\n    at f (/dev/zero:1:1)',
    '    at node:internal/process:1:1',
    '    at new Promise (<anonymous>)',
    '    at eval (eval at f (/a.js:1:1), <anonymous>:1:1)',
    'no stack at all',
    '',
  ])('%j', stack => expect(sourceStack(stack)).toBe(stack))
})

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** A map whose one place leads to the beginning of a source. */
const mapTo = (source: string): string =>
  JSON.stringify({ version: 3, sources: [source], names: [], mappings: 'AAAA' })

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isSupported, librariesMet, rangeText, watchedPatch } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'hodoscope-registry-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a range', () => {
  const library = { name: 'pg', from: '8.0.3', below: '10.0.0' }

  it.each([
    ['8.0.2', false],
    ['8.0.3', true],
    ['8.10.0', true],
    ['9.99.99', true],
    ['10.0.0-beta.1', false],
    ['10.0.0', false],
    ['7.99.0', false],
  ])('holds %s: %s', (version, expected) => {
    expect(isSupported(library, version)).toBe(expected)
  })

  it('is read by a person', () => {
    expect([library, { name: 'a', from: '4.0.0', below: '5.0.0' }, { name: 'b' }].map(rangeText)).toEqual([
      '8.0.3 – 9.x',
      '4.x',
      'any',
    ])
  })
})

it('a version that is not supported is left as it is, and named', () => {
  writeFileSync(join(folder, 'package.json'), '{"version":"3.0.0"}')
  let calls = 0
  const patch = watchedPatch({ name: 'left', from: '1.0.0', below: '3.0.0' }, () => calls++)
  expect(patch({}, folder)).toBeUndefined()
  expect(calls).toBe(0)
  expect(librariesMet().find(met => met.library.name === 'left')).toMatchObject({
    version: '3.0.0',
    supported: false,
    patched: false,
  })
})

it('a change that fails is told', () => {
  writeFileSync(join(folder, 'package.json'), '{"version":"2.9.9"}')
  const patch = watchedPatch({ name: 'failing', from: '1.0.0', below: '3.0.0' }, () => {
    throw new TypeError('no such method')
  })
  expect(() => patch({}, folder)).toThrow('no such method')
  expect(librariesMet().find(met => met.library.name === 'failing')).toMatchObject({
    supported: true,
    patched: false,
  })
})

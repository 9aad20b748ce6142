import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Reserve } from './reserve.ts'

const BYTES = 2 * 1024 * 1024

let folder: string
let path: string
let reserve: Reserve
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-reserve-'))
  path = join(folder, 'reserve')
  reserve = new Reserve(path, BYTES)
})
afterEach(() => rmSync(folder, { recursive: true }))

it('is taken where there is room for it, and holds the blocks of the disk', () => {
  reserve.take(BYTES - 1)
  expect(existsSync(path)).toBe(false)
  reserve.take(BYTES)
  const { size, blocks, mode } = statSync(path)
  expect([size, mode & 0o777]).toEqual([BYTES, 0o600])
  expect(blocks * 512).toBeGreaterThanOrEqual(BYTES)
})

it('that a kill left half written is written anew', () => {
  writeFileSync(path, 'half')
  reserve.take(BYTES)
  expect(statSync(path).size).toBe(BYTES)
})

it('is given when the disk has less than it left', () => {
  reserve.take(BYTES)
  reserve.give(BYTES)
  expect(existsSync(path)).toBe(true)
  reserve.give(BYTES - 1)
  expect(existsSync(path)).toBe(false)
})

it('where it cannot be written nothing is left of it', () => {
  const nowhere = new Reserve(join(folder, 'not', 'there'), BYTES)
  nowhere.take(BYTES)
  expect(existsSync(join(folder, 'not'))).toBe(false)
})

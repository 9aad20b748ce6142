/**
 * D6 at the start: a data folder that cannot be written is told in one line, with what to do about it,
 * and the process ends. Nothing is made beside it instead.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startCollector } from '../support/collector.ts'

const BINARY = fileURLToPath(new URL('../../bin/hodoscope.js', import.meta.url))
const isRoot = process.getuid?.() === 0
const hasStrace = spawnSync('strace', ['-V']).status === 0
if (!hasStrace)
  console.warn('SKIPPED: system calls are answered with errors by strace, which is not installed')
if (!isRoot) console.warn('SKIPPED: only root may mount a read-only disk')

let folder: string
let data: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-unusable-'))
  data = join(folder, 'data')
})
afterEach(() => rmSync(folder, { recursive: true }))

function start(...under: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const [command, ...args] = [...under, process.execPath, BINARY, '--data', data, '--listen', '127.0.0.1:0']
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 })
  return { status, stderr }
}

/** @param calls answered with the error, where they are about that file */
const failing = (calls: string, error: string, file: string): readonly string[] =>
  `strace -f -o /dev/null -e trace=${calls} -e inject=${calls}:error=${error}`.split(' ').concat('-P', file)

const told = (remedy: string): string => `hodoscope: the data folder ${data} cannot be used: ${remedy}, or `

it('a file in its place', () => {
  writeFileSync(data, 'precious')
  const { status, stderr } = start()
  expect(status).toBe(1)
  expect(stderr).toContain(told('there is something else of that name; move it away'))
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

it.runIf(isRoot)('a read-only disk, empty or with what an earlier collector stored', async () => {
  mkdirSync(data)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', data])
  try {
    const remount = (mode: string): unknown => execFileSync('mount', ['-o', `remount,${mode}`, data])
    const refused = (): void => {
      const { status, stderr } = start()
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining(told('its file system is read-only; mount it to be written')),
      ])
    }
    remount('ro')
    refused()
    expect(readdirSync(data)).toEqual([])
    remount('rw')
    expect(await (await startCollector(data)).stop()).toBe(0)
    remount('ro')
    refused()
  } finally {
    execFileSync('umount', [data])
  }
})

it.runIf(hasStrace).each([
  ['faccessat,faccessat2,access', 'EACCES', '', 'this user may not write it; give it to them'],
  ['pwrite64', 'EIO', 'journal.db', 'the disk fails; look at the system log'],
  ['openat', 'EACCES', 'journal.db', 'a file in it cannot be opened; look at its owner and permissions'],
  ['pwrite64', 'EROFS', 'journal.db', 'the disk fails; look at the system log'],
  ['pwrite64', 'ENOSPC', 'journal.db', 'the disk is full; free space on it'],
])('%s answers %s for its %s', (calls, error, file, remedy) => {
  const { status, stderr } = start(...failing(calls, error, join(data, file)))
  expect([status, stderr]).toEqual([1, expect.stringContaining(told(remedy))])
})

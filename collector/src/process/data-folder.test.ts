import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { FolderInUse, lockDataFolder } from './data-folder.ts'

async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'hodoscope-lock-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'data')
}

/** Another process that holds the lock until it is killed. */
async function holder(folder: string) {
  const module = new URL('./data-folder.ts', import.meta.url).href
  const script = `import { lockDataFolder } from '${module}'
    lockDataFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, folder])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

it('makes the folder for its owner alone', async () => {
  const folder = await emptyFolder()
  const lock = lockDataFolder(folder)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  lock.unlock()
})

it('refuses a folder that another process holds, and names that process', async () => {
  const folder = await emptyFolder()
  const { pid } = await holder(folder)
  expect(() => lockDataFolder(folder)).toThrow(FolderInUse)
  expect(() => lockDataFolder(folder)).toThrow(`is in use by process ${pid}; stop that process`)
})

it('takes a folder whose holder was killed without warning', async () => {
  const folder = await emptyFolder()
  const child = await holder(folder)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(() => lockDataFolder(folder).unlock()).not.toThrow()
})

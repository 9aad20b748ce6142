import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { startNode, type Child } from './child.ts'
import { freePort, until } from './ports.ts'

const lines: string[] = []
const run = (script: string): Child => {
  const child = startNode({
    name: 'child',
    args: ['-e', script],
    cwd: '.',
    environment: process.env,
    onLine: line => lines.push(line),
  })
  onTestFinished(() => child.kill())
  return child
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('ends a child that does not want to, and what that child has started', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)`
  const child = run(`
    const { pid } = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}])
    ${stubborn}; console.log('grandchild', pid)`)
  await until(async () => lines.some(line => line.startsWith('grandchild')), AbortSignal.timeout(10_000))
  const grandchild = Number(lines.at(-1)!.split(' ')[1])
  expect(isAlive(grandchild)).toBe(true)

  await child.end(100)
  expect(await child.ended).toMatchObject({ how: 'SIGKILL', byItself: false })
  await until(async () => !isAlive(grandchild), AbortSignal.timeout(5_000))
  expect(isAlive(grandchild)).toBe(false)
})

it('tells a child that ended by itself from one that was asked to, with its last words', async () => {
  const child = run(`console.log('before'); throw new Error('out of tea')`)
  const ending = await child.ended
  expect(ending).toMatchObject({ how: 'code 1', byItself: true })
  expect(ending.lastWords).toEqual(expect.arrayContaining(['before', 'Error: out of tea']))
  // Ending what is gone already is no fault.
  await child.end(100)
})

it('takes the wanted port where it is free, and another one where it is not', async () => {
  const free = await freePort(0)
  expect(await freePort(free)).toBe(free)
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const taken = (server.address() as AddressInfo).port
  expect(await freePort(taken)).not.toBe(taken)
})

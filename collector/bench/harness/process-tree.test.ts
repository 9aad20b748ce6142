import { fork } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { cpuSeconds, processTree, rssBytes } from './process-tree.ts'

describe.skipIf(process.platform !== 'linux')('the process tree', () => {
  it('holds a process and what it has started, until that has ended', async () => {
    const child = fork('-e', ['process.on("message", () => process.exit())'], {
      execArgv: [],
      stdio: 'ignore',
    })
    expect(processTree(process.pid)).toContain(child.pid)
    child.send('end')
    await once(child, 'exit')
    expect(processTree(process.pid)).not.toContain(child.pid)
  })

  it('tells the CPU time that the process itself is told', () => {
    const until = process.cpuUsage().user + 200_000
    while (process.cpuUsage().user < until);
    const own = process.cpuUsage()
    expect(cpuSeconds(process.pid)).toBeCloseTo((own.user + own.system) / 1e6, 0)
  })

  it('tells the memory that the process itself is told', () => {
    expect(rssBytes([process.pid]) / process.memoryUsage.rss()).toBeCloseTo(1, 1)
  })

  it('counts a process that is gone as nothing', () => {
    expect(rssBytes([2 ** 22 + 1])).toBe(0)
  })
})

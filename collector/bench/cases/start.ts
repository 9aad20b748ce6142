/** How soon a restarted collector answers, and what it holds while nobody asks. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { quantile } from '../harness/figure.ts'
import { stored as storedData } from '../harness/stored.ts'
import { processTree, rssBytes } from '../harness/process-tree.ts'

const STARTS = 5
/** Start-up garbage is gone by then, and nothing has asked for anything. */
const IDLE_MILLIS = 10_000

export default {
  about: `${STARTS} starts on stored spans: spawn to /readyz, and memory ${IDLE_MILLIS / 1000} s later with no requests`,
  async run(context) {
    const stored = await storedData(context)
    const ready: number[] = []
    let idle = 0
    for (let i = 0; i < STARTS; i++) {
      const collector = await CollectorProcess.start(stored)
      ready.push(collector.readyMillis)
      if (i === 0) idle = await idleRss(collector)
      await collector.stop()
    }
    return [
      { name: 'spawn to /readyz, median', value: quantile(ready, 0.5), unit: 'ms', bar: { atMost: 500 } },
      { name: 'spawn to /readyz, slowest', value: Math.max(...ready), unit: 'ms' },
      { name: 'RSS idle', value: idle / 1e6, unit: 'MB', bar: { atMost: 150 } },
    ]
  },
} satisfies Case

async function idleRss({ pid }: CollectorProcess): Promise<number> {
  await sleep(IDLE_MILLIS)
  return rssBytes(processTree(pid))
}

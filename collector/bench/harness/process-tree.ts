/**
 * What a process and its descendants use, as Linux tells it.
 *
 * Source: proc(5): /proc/PID/stat fields 4 (parent), 14-17 (CPU of itself and of children it has
 * waited for, in ticks of 1/100 s), /proc/PID/status VmRSS.
 */
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100
const SAMPLE_EVERY_MILLIS = 100
/** Processes come and go rarely; looking for them costs more than reading them. */
const SAMPLES_PER_SEARCH = 10

interface Stat {
  readonly parent: number
  readonly cpuSeconds: number
}

/** @returns undefined when the process is gone */
function readStat(pid: number): Stat | undefined {
  const text = readProc(pid, 'stat')
  if (text === undefined) return undefined
  // The name (field 2) may hold spaces and parentheses; what counts begins behind its last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0)
  return { parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

/** @returns `root` and everything that descends from it */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined
    if (stat) parents.set(Number(name), stat.parent)
  }
  const tree = [root]
  for (const member of tree) for (const [pid, parent] of parents) if (parent === member) tree.push(pid)
  return tree
}

/** User and system time of the tree so far. */
export function cpuSeconds(root: number): number {
  return processTree(root).reduce((sum, pid) => sum + (readStat(pid)?.cpuSeconds ?? 0), 0)
}

/** CPU of all processes that this one has started and that have ended. */
export function cpuSecondsOfEndedChildren(): number {
  const text = readProc(process.pid, 'stat')!
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

/** Bytes; the sum over the tree. */
export function rssBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readProc(pid, 'status') ?? '')?.[1]
    return sum + 1024 * Number(kilobytes ?? 0)
  }, 0)
}

/** Samples the tree's RSS every 100 ms until `stop`, which gives the peak in bytes. */
export function watchRss(root: number): { stop(): number } {
  let tree = processTree(root)
  let peak = rssBytes(tree)
  let samples = 0
  const timer = setInterval(() => {
    if (++samples % SAMPLES_PER_SEARCH === 0) tree = processTree(root)
    peak = Math.max(peak, rssBytes(tree))
  }, SAMPLE_EVERY_MILLIS)
  return {
    stop() {
      clearInterval(timer)
      return peak
    },
  }
}

/**
 * Reads the CPU profiles that `npm run bench -- NAME --profile FOLDER` leaves, one a thread, and
 * prints where each thread spent its time itself.
 *
 * Usage: node collector/bench/profile.ts FOLDER
 * Source: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { markdownTable } from './harness/table.ts'

const ROWS = 25

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

/** Milliseconds by function, where it was on top of the stack. */
function selfTimes(profile: Profile): Map<string, number> {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, place(callFrame)]))
  const times = new Map<string, number>()
  for (const [i, id] of profile.samples.entries()) {
    const name = names.get(id)!
    times.set(name, (times.get(name) ?? 0) + profile.timeDeltas[i]! / 1000)
  }
  return times
}

function place({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  return `${functionName || '(anonymous)'} ${url ? `${basename(url)}:${lineNumber + 1}` : ''}`.trim()
}

const folder = process.argv[2]
if (folder === undefined) throw new Error('name the folder of the profiles')
for (const file of globSync('*.cpuprofile', { cwd: folder }).sort()) {
  const times = selfTimes(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile)
  const idle = times.get('(idle)') ?? 0
  times.delete('(idle)')
  const busy = times.values().reduce((sum, millis) => sum + millis, 0)
  const rows = [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, ROWS)
    .map(([name, millis]) => [name, millis.toFixed(0), ((100 * millis) / busy).toFixed(1)])
  console.log(`\n${file}: ${busy.toFixed(0)} ms busy, ${idle.toFixed(0)} ms idle\n`)
  console.log(markdownTable(['function', 'ms', '%'], rows))
}

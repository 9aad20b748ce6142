/** One evaluation round over many objectives with a month of counts. */
import { join } from 'node:path'
import { LiveCounts } from '../../src/alert/counts.ts'
import { rulesOf } from '../../src/alert/slo-rules.ts'
import { statusOf } from '../../src/alert/slo-status.ts'
import { DerivedFile } from '../../src/derive/derived-file.ts'
import { IndicatorTable, type Deltas } from '../../src/derive/indicator-table.ts'
import { DerivedReader } from '../../src/derive/reader.ts'
import { minuteOf, unixMillis, unixMinute } from '../../src/model/time.ts'
import { parseOpenSlo } from '../../src/slo/openslo.ts'
import type { Case } from '../harness/case.ts'
import { Random } from '../payload/random.ts'

const OBJECTIVES = 500
const DAYS = 30
const ROUNDS = 40

const slo = (name: string): string => `
apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  service: ${name}
  indicator: { spec: { ratioMetric: {
    good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } },
    total: { metricSource: { type: Hodoscope, spec: { query: "service:${name}" } } } } } }
  timeWindow: [{ duration: ${DAYS}d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.999 }]`

export default {
  about: `${OBJECTIVES} objectives with ${DAYS} days of counts: all rules and the standing of all, every minute of which has changed`,
  async run({ folder, seed }) {
    const random = new Random(seed)
    const names = Array.from({ length: OBJECTIVES }, (_, i) => `slo${i}`)
    const { objectives } = { objectives: parseOpenSlo(names.map(slo)).slos.flatMap(each => each.objectives) }
    const path = join(folder, 'derived.db')
    const file = new DerivedFile(path)
    const now = unixMillis(Date.UTC(2026, 5, 1))
    const last = minuteOf(now)
    const table = new IndicatorTable(file.db)
    file.inOne(() => table.define(new Map(names.map(name => [name, '{}'])), 0, last))
    const ids = table.indicators().map(({ id }) => id)
    const tally = () => ({
      good: 100 + random.below(900),
      bad: random.below(50) === 0 ? 1 + random.below(5) : 0,
    })
    const counts = (from: number, to: number): Deltas =>
      new Map(
        ids.map(id => [
          id,
          new Map(Array.from({ length: to - from }, (_, i) => [unixMinute(from + i), tally()])),
        ]),
      )
    const commit = (from: number, to: number): void =>
      file.inOne(() => {
        table.add(counts(from, to))
        for (let minute = from; minute < to; minute++) table.observe(unixMinute(minute))
      })
    for (let minute = last - DAYS * 1_440; minute < last; minute += 240) commit(minute, minute + 240)
    const live = new LiveCounts(new DerivedReader(path))
    live.refresh(objectives, now)
    let verdicts = 0
    let cpu = 0
    for (let round = 0; round < ROUNDS; round++) {
      const at = unixMillis(now + round * 15_000)
      const minute = minuteOf(at)
      commit(minute, minute + 1)
      const begun = process.cpuUsage()
      live.refresh(objectives, at)
      for (const objective of objectives) {
        for (const rule of rulesOf(objective, live)) verdicts += rule.evaluate(at).length
        if (statusOf(objective, live, 1, at).good === 0) throw new Error('nothing was counted')
      }
      const { user, system } = process.cpuUsage(begun)
      cpu += (user + system) / 1_000
    }
    if (verdicts !== ROUNDS * OBJECTIVES * 5) throw new Error(`${verdicts} verdicts`)
    return [{ name: 'a round', value: cpu / ROUNDS, unit: 'ms', bar: { atMost: 100 } }]
  },
} satisfies Case

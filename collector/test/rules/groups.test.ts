/** Groups of rules over simulated time: what nobody could see, or compute, changes no alert. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlertEngine } from '../../src/alert/engine.ts'
import { RuleGroups } from '../../src/alert/rules/groups.ts'
import { mayBeInForce, NO_RULES, readRules, type RuleSet } from '../../src/alert/rules/rule-set.ts'
import type { WrittenSample } from '../../src/decode/write/encode.ts'
import { printLabels } from '../../src/query/promql/labels.ts'
import type { RuleAnswer } from '../../src/query/rules/question.ts'
import { HOUR, MINUTE, SECOND, Simulation } from '../alert/simulation.ts'

const FILE = `
groups:
  - name: g
    interval: 30s
    rules:
      - alert: Slow
        expr: latency > 1
        for: 1m
        labels: { severity: page }
      - record: after
        expr: latency
`
const read = (text: string, before = NO_RULES) =>
  readRules({ files: [{ name: 'f.yml', text }], unread: [] }, before)

const BURNS: RuleAnswer = {
  samples: [],
  alerts: [{ labels: { alertname: 'Slow', severity: 'page' }, annotations: {}, value: '2' }],
  lacksData: false,
}
const CALM: RuleAnswer = { samples: [], alerts: [], lacksData: false }

let sim: Simulation
let groups: RuleGroups
let rules: RuleSet
let answer: () => Promise<RuleAnswer>
let coverage: number
const written: WrittenSample[] = []

function begin(): void {
  groups = new RuleGroups({
    clock: sim.clock,
    externalUrl: 'http://hodoscope.test',
    ask: <T>() => answer() as Promise<T>,
    write: samples => Promise.resolve(void written.push(...samples)),
    settle: (evaluated, at) => engine().settle(evaluated, at),
    active: () => engine().active,
    coverage: () => coverage,
  })
  groups.follow(rules)
}
const engine = (): AlertEngine => sim.engine

beforeEach(() => {
  written.length = 0
  rules = read(FILE)
  answer = () => Promise.resolve(BURNS)
  coverage = 1
  sim = new Simulation({
    rules: () => [],
    elsewhere: { isInForce: id => mayBeInForce(rules, id), late: () => groups.late },
  })
  begin()
})
afterEach(() => sim.end())

async function pass(by: number): Promise<void> {
  for (let passed = 0; passed < by; passed += SECOND) {
    groups.tick()
    for (let i = 0; i < 20; i++) await Promise.resolve()
    await sim.pass(SECOND)
  }
}

describe('a rule', () => {
  it('fires at the first evaluation at which for has passed, and resolves at the first that is calm', async () => {
    await pass(59 * SECOND)
    expect(sim.states()).toEqual({ Slow: 'pending' })
    await pass(2 * SECOND)
    expect(sim.states()).toEqual({ Slow: 'firing' })
    answer = () => Promise.resolve(CALM)
    await pass(28 * SECOND)
    expect(sim.states()).toEqual({ Slow: 'firing' })
    await pass(2 * SECOND)
    expect(sim.states()).toEqual({})
  })

  it('tells of its alerts as series, which end with them', async () => {
    const start = sim.clock.wall
    await pass(61 * SECOND)
    answer = () => Promise.resolve(CALM)
    await pass(30 * SECOND)
    const lines = written.map(({ labels, at, value }) => [(at - start) / SECOND, printLabels(labels), value])
    const [pending, firing] = ['pending', 'firing'].map(
      state => `ALERTS{alertname="Slow", alertstate="${state}", severity="page"}`,
    )
    const since = ['ALERTS_FOR_STATE{alertname="Slow", severity="page"}', start / SECOND] as const
    expect(lines).toEqual([
      [0, pending, 1],
      [0, ...since],
      [30, pending, 1],
      [30, ...since],
      [60, firing, 1],
      [60, ...since],
      [60, pending, undefined],
      [90, firing, undefined],
      [90, since[0], undefined],
    ])
  })

  it.each<[string, () => void]>([
    ['no query could be asked', () => (answer = () => Promise.reject(new Error('busy')))],
    ['the metric has no sample', () => (answer = () => Promise.resolve({ ...CALM, lacksData: true }))],
    [
      'the collector was not there to see',
      () => {
        answer = () => Promise.resolve(CALM)
        coverage = 0.8
      },
    ],
  ])('does not resolve where %s', async (_, happen) => {
    await pass(61 * SECOND)
    happen()
    await pass(10 * MINUTE)
    expect(sim.states()).toEqual({ Slow: 'firing' })
    expect(sim.sent).toHaveLength(1)
  })

  it('does not fire by what was found while the collector was not there to see', async () => {
    coverage = 0.8
    await pass(5 * MINUTE)
    expect([sim.states(), sim.sent]).toEqual([{}, []])
  })

  it.each([2 * HOUR, -2 * HOUR])('is not moved by a clock that jumps by %i ms', async jump => {
    await pass(31 * SECOND)
    sim.clock.wall += jump
    await pass(28 * SECOND)
    expect(sim.states()).toEqual({ Slow: 'pending' })
    await pass(3 * SECOND)
    expect(sim.states()).toEqual({ Slow: 'firing' })
  })

  it('concludes nothing when the clock jumps while it is evaluated', async () => {
    let jump = 2 * HOUR
    answer = () => {
      sim.clock.wall += jump
      jump = 0
      return Promise.resolve(BURNS)
    }
    await pass(2 * SECOND)
    expect(sim.states()).toEqual({})
    const faults = groups.groups[0]!.rules.map(({ id }) => groups.evaluationOf(id)?.fault)
    // The rule behind it would be evaluated for an instant before the jump.
    expect(faults).toEqual(Array(2).fill('the clock was set during the evaluation'))
  })

  it('neither fires nor resolves before its first evaluation after a start', async () => {
    await pass(61 * SECOND)
    sim.restart(MINUTE)
    begin()
    answer = () => new Promise(() => {})
    await pass(20 * SECOND)
    expect(sim.states()).toEqual({ Slow: 'firing' })
    expect(sim.sent).toHaveLength(1)
  })

  it('whose evaluation does not end is told of as a stall', async () => {
    await pass(SECOND)
    answer = () => new Promise(() => {})
    await pass(45 * SECOND)
    expect(sim.sent).toEqual([])
    await pass(30 * SECOND)
    expect(sim.states()).toMatchObject({ HodoscopeEvaluationStalled: 'firing' })
  })
})

describe('a rule that is taken away', () => {
  it('resolves its alerts and ends its series', async () => {
    await pass(61 * SECOND)
    written.length = 0
    rules = readRules({ files: [], unread: [] }, rules)
    groups.follow(rules)
    expect(written.map(({ labels, value }) => [labels[0], value])).toEqual([
      [['__name__', 'ALERTS'], undefined],
      [['__name__', 'ALERTS_FOR_STATE'], undefined],
    ])
    await pass(20 * SECOND)
    expect(sim.states()).toEqual({})
  })

  it.each<[string, () => RuleSet]>([
    ['in a file that is faulty now', () => read('groups: [{ name: g, rules: [{ alert: A }] }]', rules)],
    [
      'in a folder that cannot be read now',
      () => readRules({ files: [], unread: [{ name: 'rules', reason: 'cannot be read: EACCES' }] }, rules),
    ],
  ])('%s is not: it stays in force', async (_, next) => {
    await pass(61 * SECOND)
    rules = next()
    groups.follow(rules)
    expect(rules.faults).toHaveLength(1)
    await pass(2 * MINUTE)
    expect(sim.states()).toEqual({ Slow: 'firing' })
  })

  it('by a file that is faulty since the start keeps its alerts as they were', async () => {
    await pass(61 * SECOND)
    rules = read('groups: 1')
    sim.restart()
    begin()
    await pass(2 * MINUTE)
    expect(sim.states()).toEqual({ Slow: 'firing' })
  })
})

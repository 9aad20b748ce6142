import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { exportOpenSlo, parseOpenSlo } from './openslo.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
const fixture = (path: string): string => readFileSync(join(fixtures!, path), 'utf8')

const slo = (changes: Record<string, string> = {}): string => {
  const lines: Record<string, string> = {
    name: 'name: checkout',
    source: 'type: Hodoscope, spec: { query: "service:checkout kind:server" }',
    good: 'good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } }',
    window: '{ duration: 30d, isRolling: true }',
    target: 'target: 0.999',
    policies: '',
    annotations: '',
    ...changes,
  }
  return `
apiVersion: openslo/v1
kind: SLO
metadata: { ${lines['name']}, displayName: Checkout${lines['annotations']} }
spec:
  service: checkout
  indicator:
    metadata: { name: checkout-errors }
    spec:
      ratioMetric:
        counter: true
        ${lines['good']}
        total: { metricSource: { ${lines['source']} } }
  timeWindow: [${lines['window']}]
  budgetingMethod: Occurrences
  objectives: [{ displayName: Good, ${lines['target']} }]
${lines['policies']}
`
}

const only = (text: string) => parseOpenSlo([text]).slos[0]!
const problemsOf = (text: string) =>
  [...parseOpenSlo([text]).problems, ...parseOpenSlo([text]).slos.flatMap(({ problems }) => problems)].map(
    ({ field, message }) => `${field}: ${message}`,
  )

describe('an SLO of OpenSLO v1', () => {
  it('becomes an objective', () => {
    expect(only(slo()).objectives).toEqual([
      {
        name: 'checkout',
        sloName: 'checkout',
        displayName: 'Good',
        description: '',
        service: 'checkout',
        indicator: {
          kind: 'ratio',
          counted: 'good',
          counter: true,
          part: {
            type: 'Hodoscope',
            signal: 'spans',
            query: '-status:error',
            field: 'spec.indicator.spec.ratioMetric.good.metricSource.spec.query',
          },
          total: {
            type: 'Hodoscope',
            signal: 'spans',
            query: 'service:checkout kind:server',
            field: 'spec.indicator.spec.ratioMetric.total.metricSource.spec.query',
          },
        },
        target: { text: '0.999', allowed: 1, scale: 1000 },
        window: { kind: 'rolling', duration: { count: 30, unit: 'd' } },
        budgeting: { method: 'Occurrences' },
        alerting: {
          minBadEvents: 3,
          labels: {},
          rows: [
            { severity: 'page', longMinutes: 60, shortMinutes: 5, factor: 14.4 },
            { severity: 'page', longMinutes: 360, shortMinutes: 30, factor: 6 },
            { severity: 'ticket', longMinutes: 1440, shortMinutes: 120, factor: 3 },
            { severity: 'ticket', longMinutes: 4320, shortMinutes: 360, factor: 1 },
          ],
        },
      },
    ])
  })

  it('is written as YAML that reads as the same SLO', () => {
    expect(only(exportOpenSlo(only(slo())))).toEqual(only(slo()))
  })

  it('may refer to an indicator, a policy and a condition in other texts', () => {
    const texts = [
      slo({ policies: '  alertPolicies: [{ alertPolicyRef: fast }]' }),
      'apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: { name: fast }\nspec: { conditions: [{ conditionRef: burning }] }',
      'apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: { name: burning }\n' +
        'spec: { severity: page, condition: { kind: burnrate, op: gt, threshold: 10, lookbackWindow: 2h } }',
    ]
    const { slos, problems } = parseOpenSlo(texts)
    expect(problems).toEqual([])
    expect(slos[0]!.objectives[0]!.alerting.rows).toEqual([
      { severity: 'page', longMinutes: 120, shortMinutes: 10, factor: 10 },
    ])
  })

  it('has several objectives under numbered names', () => {
    const two = slo().replace(
      /objectives: .*/,
      'objectives: [{ target: 0.9 }, { displayName: SLA, target: 0.5 }]',
    )
    expect(only(two).objectives.map(({ name, displayName }) => [name, displayName])).toEqual([
      ['checkout.1', 'Checkout'],
      ['checkout.2', 'SLA'],
    ])
  })

  it('says how many bad events a row needs by an annotation', () => {
    const annotated = slo({ annotations: ', annotations: { hodoscope.io/min-bad-events: "5" }' })
    expect(only(annotated).objectives[0]!.alerting.minBadEvents).toBe(5)
  })

  it.each([
    [
      'target: 1.0',
      'spec.objectives[0].target: expected a decimal above 0 and below 1, such as 0.999, got 1',
    ],
    [
      'target: high',
      'spec.objectives[0].target: expected a decimal above 0 and below 1, such as 0.999, got "high"',
    ],
    [
      'target: 0.9, targetPercent: 90',
      'spec.objectives[0].targetPercent: give target or targetPercent, not both',
    ],
  ])('with %s is told at fault', (target, problem) => {
    expect(problemsOf(slo({ target }))).toEqual([problem])
    expect(only(slo({ target })).objectives).toEqual([])
  })

  it('whose typed row can never fire is refused with the reason', () => {
    const policies =
      '  alertPolicies: [{ kind: AlertPolicy, metadata: { name: p }, spec: { conditions: [{ kind: AlertCondition, metadata: { name: c }, spec: ' +
      '{ severity: page, condition: { kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h } } }] } }]'
    expect(problemsOf(slo({ target: 'target: 0.9', policies }))).toEqual([
      'spec.alertPolicies[0].spec.conditions[0]: a burn rate above 14.4 can never be: while every event is bad, a target of 0.9 burns at 10',
    ])
  })

  it('with a key named __proto__ is plain data', () => {
    const hostile = slo({ annotations: ', labels: { __proto__: "x", team: "pay" }' })
    expect(Object.entries(only(hostile).objectives[0]!.alerting.labels)).toEqual([
      ['__proto__', 'x'],
      ['team', 'pay'],
    ])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('is told where the YAML is malformed', () => {
    expect(problemsOf('a: [')[0]).toMatch(/^: .*line 1/s)
    expect(problemsOf('- 1')).toEqual([': expected an OpenSLO document'])
    expect(problemsOf('kind: SLO')).toEqual([
      'apiVersion: expected one of openslo/v1, openslo/v1alpha, got nothing',
    ])
  })
})

describe.skipIf(fixtures === undefined)("OpenSLO's own examples", () => {
  const files = fixtures === undefined ? [] : globSync('openslo/**/*.yaml', { cwd: fixtures }).sort()
  const unresolved = (path: string) =>
    `${path}.metricSource.type: "Any" is no source that can be resolved: expected Hodoscope or Prometheus`
  const ratio = 'spec.indicator.spec.ratioMetric'

  it('are four', () => expect(files).toHaveLength(4))

  it.each(files)('%s round-trips', file => {
    const text = fixture(file)
    const [parsed] = parseOpenSlo([text]).slos
    const exported = exportOpenSlo(parsed!)
    expect(parseAllDocuments(exported)[0]!.toJS()).toEqual(parseAllDocuments(text)[0]!.toJS())
    expect(parseOpenSlo([exported]).slos).toEqual([parsed])
  })

  it.each([
    ['budgeting-method/occurences-slo', [unresolved('spec.indicator.spec.thresholdMetric')]],
    ['budgeting-method/ratio-timeslices', [unresolved(`${ratio}.good`), unresolved(`${ratio}.total`)]],
    [
      'budgeting-method/timeslices-slo',
      [
        'spec.timeWindow[0].duration: a calendar window is counted in d, w, M, Q or Y; m is minutes, a month is M',
        unresolved(`${ratio}.good`),
        unresolved(`${ratio}.total`),
      ],
    ],
    [
      'treat-low-traffic-as-equally-important/timeslices-slo',
      [unresolved(`${ratio}.good`), unresolved(`${ratio}.total`)],
    ],
  ])('%s has each source reported that cannot be resolved', (file, problems) => {
    expect(problemsOf(fixture(`openslo/${file}.yaml`))).toEqual(problems)
  })

  it('have one name twice between them', () => {
    expect(parseOpenSlo(files.map(fixture)).problems).toEqual([
      {
        object: 'SLO/service-availability',
        field: 'metadata.name',
        message: 'another document of this kind has the same name',
        text: 3,
      },
    ])
  })

  it('are the objectives they tell of, once their sources are known', () => {
    const resolved = (file: string) =>
      only(
        fixture(`openslo/${file}.yaml`)
          .replaceAll(/type: Any/g, 'type: Hodoscope')
          .replaceAll('1m # C', '1M # C'),
      )
    expect(resolved('budgeting-method/occurences-slo').objectives[0]).toMatchObject({
      indicator: { kind: 'threshold', op: 'lt', value: 500 },
      target: { text: '0.99', allowed: 1, scale: 100 },
      window: { kind: 'rolling', duration: { count: 2, unit: 'w' } },
    })
    const monthly = resolved('budgeting-method/timeslices-slo').objectives
    expect(monthly.map(({ name, target }) => [name, target.text])).toEqual([
      ['service-availability.1', '0.995'],
      ['service-availability.2', '0.99'],
    ])
    expect(monthly[0]!.window).toEqual({
      kind: 'calendar',
      duration: { count: 1, unit: 'M' },
      startTime: '2022-01-01 12:00:00',
      timeZone: 'America/New_York',
    })
  })
})

describe.skipIf(fixtures === undefined)('OpenSLO v1alpha', () => {
  it('is converted', () => {
    const { slos, problems } = parseOpenSlo([fixture('sloth-specs/openslo-kubernetes-apiserver.yml')])
    expect(problems).toEqual([])
    expect(slos.map(({ name, objectives }) => [name, objectives[0]?.target.text])).toEqual([
      ['requests-availability-openslo', '0.999'],
      ['requests-latency-openslo-1', '0.99'],
      ['requests-latency-openslo-2', '0.999'],
    ])
    expect(slos[0]!.document).toMatchObject({
      apiVersion: 'openslo/v1',
      spec: { timeWindow: [{ duration: '30d', isRolling: true }] },
    })
  })

  it.each([
    ['unit: Day', 'unit: Fortnight', 'spec.timeWindows[0].unit'],
    ['queryType: promql', 'queryType: sql', 'spec.objectives[0].ratioMetrics.good.queryType'],
    ['ratioMetrics:', 'otherMetrics:', 'spec.objectives[0].ratioMetrics'],
    ['kind: SLO', 'kind: Service', 'kind'],
  ])('with %s as %s is refused by its field', (from, to, field) => {
    const { slos, problems } = parseOpenSlo([fixture('sloth-specs/in-openslo.yaml').replace(from, to)])
    expect(slos).toEqual([])
    expect(problems.map(problem => problem.field)).toContain(field)
  })
})

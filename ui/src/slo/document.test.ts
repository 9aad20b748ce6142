import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { draftYaml, nameOf, pleasantThreshold, type Draft } from './draft.ts'
import { readForm, writeField, type FormFields } from './document.ts'

const DRAFT: Draft = {
  service: 'checkout',
  operation: 'POST /checkout',
  kind: 'server',
  thresholdMillis: undefined,
  target: '0.999',
}
const NOBODY: ReadonlySet<string> = new Set()
const form = (yaml: string): FormFields => {
  const read = readForm(yaml)
  if (typeof read === 'string') throw new Error(read)
  return read
}

describe('a draft', () => {
  it('counts the requests of an operation that are no errors', () => {
    expect(parse(draftYaml(DRAFT, NOBODY))).toEqual({
      apiVersion: 'openslo/v1',
      kind: 'SLO',
      metadata: {
        name: 'checkout-post-checkout-availability',
        displayName: 'checkout POST /checkout without error',
      },
      spec: {
        service: 'checkout',
        indicator: {
          spec: {
            ratioMetric: {
              good: { metricSource: { type: 'Hodoscope', spec: { query: '-status:error' } } },
              total: {
                metricSource: {
                  type: 'Hodoscope',
                  spec: { query: 'service:checkout name:"POST /checkout" kind:server' },
                },
              },
            },
          },
        },
        timeWindow: [{ duration: '30d', isRolling: true }],
        budgetingMethod: 'Occurrences',
        objectives: [{ target: 0.999 }],
      },
    })
  })

  it('of a threshold holds durations against it', () => {
    const { spec } = parse(draftYaml({ ...DRAFT, thresholdMillis: 800 }, NOBODY)) as {
      spec: { indicator: { spec: object }; objectives: object[] }
    }
    expect(Object.keys(spec.indicator.spec)).toEqual(['thresholdMetric'])
    expect(spec.objectives).toEqual([{ target: 0.999, op: 'lt', value: 800 }])
  })

  it('has a name that nobody has', () => {
    expect(nameOf(DRAFT, new Set(['checkout-post-checkout-availability']))).toBe(
      'checkout-post-checkout-availability-2',
    )
    expect(nameOf({ ...DRAFT, service: 'Ünï', operation: '*' }, NOBODY)).toBe('n-availability')
  })

  it.each([
    [412e6, 800],
    [1e6, 2],
    [80e6, 100],
    [2_100e6, 5_000],
    [0, 1],
    [null, 200],
  ])('of a p95 of %s ns proposes %i ms', (p95, millis) => {
    expect(pleasantThreshold(p95)).toBe(millis)
  })
})

describe('the form', () => {
  const yaml = draftYaml(DRAFT, NOBODY)

  it('reads what the YAML says', () => {
    expect(form(yaml)).toEqual({
      name: 'checkout-post-checkout-availability',
      displayName: 'checkout POST /checkout without error',
      description: '',
      service: 'checkout',
      signal: 'spans',
      kind: 'good',
      events: 'service:checkout name:"POST /checkout" kind:server',
      condition: '-status:error',
      target: '99.9',
      window: '30d',
      calendar: false,
      timeZone: '',
    })
  })

  it.each([
    ['name', 'other'],
    ['displayName', 'Orders: "all"'],
    ['description', 'why #1'],
    ['service', 'pay'],
    ['signal', 'logs'],
    ['signal', 'metrics'],
    ['kind', 'bad'],
    ['events', 'service:"a b"'],
    ['condition', 'status:error'],
    ['target', '99.95'],
    ['target', 'many'],
    ['window', '7d'],
  ] as const)('writes %s = %s and reads it back, and nothing else changes', (field, value) => {
    expect(form(writeField(yaml, field, value))).toEqual({ ...form(yaml), [field]: value })
  })

  it('keeps comments and what it does not know', () => {
    const own = `${yaml}  alertPolicies: [] # none\n# the end\n`
    const changed = writeField(own, 'target', '99.5')
    expect(changed).toContain('# none')
    expect(changed).toContain('# the end')
    expect(changed).toContain('target: 0.995')
  })

  it('moves between the kinds of indicators without leaving anything behind', () => {
    const threshold = writeField(writeField(yaml, 'kind', 'threshold'), 'condition', '250')
    expect(form(threshold)).toMatchObject({ kind: 'threshold', condition: '250', events: form(yaml).events })
    expect(parse(threshold)).toMatchObject({
      spec: { objectives: [{ target: 0.999, op: 'lt', value: 250 }] },
    })
    const back = writeField(threshold, 'kind', 'good')
    expect(parse(back)).toMatchObject({ spec: { objectives: [{ target: 0.999 }] } })
    expect(back).not.toContain('value:')
  })

  it('moves between rolling and calendar windows', () => {
    const month = writeField(yaml, 'calendar', 'true')
    expect(form(month)).toMatchObject({ calendar: true, window: '1M', timeZone: 'UTC' })
    expect(form(writeField(month, 'timeZone', 'Europe/Berlin'))).toMatchObject({ timeZone: 'Europe/Berlin' })
    expect(form(writeField(month, 'calendar', ''))).toMatchObject({ calendar: false, window: '30d' })
  })

  it('keeps a small decimal as it is written', () => {
    expect(form(writeField(yaml, 'target', '99.9999999999')).target).toBe('99.9999999999')
  })

  it.each([
    ['- [', 'The YAML is malformed: mend it, and the form follows.'],
    ['', 'The YAML holds no document.'],
    ['kind: Service', 'The form knows openslo/v1 documents of kind SLO.'],
    [`${yaml}    - target: 0.9\n`, 'It has several objectives; the form edits one.'],
    [
      yaml.replace('indicator:', 'indicatorRef: x\n  indicator:'),
      'The indicator stands in another document.',
    ],
  ])('says why it cannot hold %j', (text, why) => {
    expect(readForm(text)).toBe(why)
    expect(writeField(text, 'name', 'x')).toBe(text)
  })
})

import { describe, expect, it } from 'vitest'
import { linesOf, matchersOf, secondsText } from './matchers.ts'
import { draftOf, faultsOf, newDraft, routeOf } from './route-draft.ts'

describe('matchers', () => {
  it('of an alert name every label, quoted', () => {
    expect(matchersOf({ slo: 'pay', note: 'a "b" \\' })).toEqual(['slo="pay"', 'note="a \\"b\\" \\\\"'])
  })

  it('are read one a line', () => {
    expect(linesOf(' a="1" \n\n b="2"')).toEqual(['a="1"', 'b="2"'])
  })

  it.each([
    [0, '0s'],
    [90, '90s'],
    [300, '5m'],
    [14_400, '4h'],
    [86_400, '1d'],
    [129_600, '36h'],
  ])('%i seconds are written %s', (seconds, text) => {
    expect(secondsText(seconds)).toBe(text)
  })
})

describe('a route', () => {
  const route = {
    receiver: 'chat',
    match: ['severity="page"', 'service=~"pay.*"'],
    groupBy: ['slo', 'alertname'],
    groupWaitSeconds: 30,
    groupIntervalSeconds: 60,
    repeatIntervalSeconds: 14_400,
    continue: true,
    labels: { tier: 'gold' },
  }

  it('goes through the form unchanged', () => {
    expect(routeOf(draftOf(route))).toEqual({
      receiver: 'chat',
      match: ['severity="page"', 'service=~"pay.*"'],
      groupBy: ['slo', 'alertname'],
      groupWait: '30s',
      groupInterval: '1m',
      repeatInterval: '4h',
      continue: true,
      labels: { tier: 'gold' },
    })
    expect(faultsOf(draftOf(route))).toEqual({})
  })

  it('without a wait has the default', () => {
    expect(routeOf(draftOf({ ...route, groupWaitSeconds: null }))).not.toHaveProperty('groupWait')
  })

  it('is told what is wrong with each of its fields', () => {
    const draft = {
      ...newDraft('x'),
      match: 'severity=page',
      groupWait: '5',
      groupInterval: '',
      repeatInterval: '1w',
    }
    expect(faultsOf(draft)).toEqual({
      match: 'severity=page is no matcher such as severity="page"',
      groupWait: 'a length such as 30s, 5m or 4h',
      groupInterval: 'a length such as 30s, 5m or 4h',
      repeatInterval: 'a length such as 30s, 5m or 4h',
    })
  })
})

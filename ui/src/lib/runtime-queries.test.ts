import { expect, it } from 'vitest'
import { jobMatcher, runtimePanels } from './runtime-queries.ts'

it('a job is found by the name of its service, whatever its namespace', () => {
  expect(jobMatcher('pay')).toBe('job=~"(.+/)?pay"')
  expect(jobMatcher('a.b+c"d')).toBe(String.raw`job=~"(.+/)?a\\.b\\+c\"d"`)
})

it('rates are taken over the window that is asked for', () => {
  const queries = runtimePanels('pay', '2m').flatMap(({ lines }) => lines.map(({ query }) => query))
  expect(queries.filter(query => query.includes('rate('))).toHaveLength(2)
  expect(queries.filter(query => query.includes('[2m]'))).toHaveLength(2)
})

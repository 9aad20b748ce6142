import { describe, expect, it } from 'vitest'
import { nameOf, namingOf, readMatrix } from './matrix.ts'

const seriesOf = (...labels: Record<string, string>[]) =>
  readMatrix({
    resultType: 'matrix',
    result: labels.map(metric => ({ metric, values: [[0, '1']] })),
  }).series

const namesOf = (...labels: Record<string, string>[]): string[] => {
  const series = seriesOf(...labels)
  const naming = namingOf(series)
  return series.map(one => nameOf(one, naming))
}

describe('the names of series', () => {
  it('are the values alone of the one label that sets them apart', () => {
    expect(namesOf({ job: 'a', env: 'x' }, { job: 'b', env: 'x' })).toEqual(['a', 'b'])
  })
  it('are all labels that set them apart, where there are several', () => {
    expect(namesOf({ a: '1', b: '1' }, { a: '1', b: '2' }, { a: '2', b: '1' })).toEqual([
      '{a="1", b="1"}',
      '{a="1", b="2"}',
      '{a="2", b="1"}',
    ])
  })
  it('have no instance that the other labels tell already', () => {
    expect(namesOf({ job: 'a', instance: 'i-1' }, { job: 'b', instance: 'i-2' })).toEqual(['a', 'b'])
  })
  it('have the instance where it alone sets two apart', () => {
    expect(namesOf({ job: 'a', instance: 'i-1' }, { job: 'a', instance: 'i-2' })).toEqual(['i-1', 'i-2'])
  })
})

import { describe, expect, it } from 'vitest'
import { spanRequestsJson } from '../../../bench/payload/payload.ts'
import { Findings } from '../findings.ts'
import { BudgetError } from '../scan-state.ts'
import { jsonParts } from './text.ts'
import { canonicalOfJson } from './transcode.ts'

const text = (source: string, maxContainers = 1000): string =>
  jsonParts(Buffer.from(source), maxContainers).outer

describe('numbers that a double cannot hold are put into quotes', () => {
  it.each([
    ['[1234567890123456]', '["1234567890123456"]'],
    ['{"a":-1234567890123456,"b":2}', '{"a":"-1234567890123456","b":2}'],
    ['[1e3, 1E+21]', '["1e3", "1E+21"]'],
    ['[1234567890123456.5]', '["1234567890123456.5"]'],
    ['{"ä":1234567890123456}', '{"ä":"1234567890123456"}'],
    ['1234567890123456', '"1234567890123456"'],
  ])('%s', (source, quoted) => {
    expect(text(source)).toBe(quoted)
  })
})

describe('and all else is left alone', () => {
  it.each([
    '[123456789012345]',
    '[0.1234567890123456789, 1e-7, 5e-324, -1.5]',
    '["1234567890123456", "\\"1234567890123456", "\\\\"]',
    '{"1234567890123456":"1e5"}',
    '[0123456789012345678]',
    '[1234567890123456-, 1234567890123456.]',
    '{1234567890123456:1}',
    '{1234567890123456 \n : 1}',
    '[-]',
    '"never ends 1234567890123456',
    '"ends in a backslash\\',
    '',
  ])('%s', source => {
    expect(text(source)).toBe(source)
  })
})

it('counts objects and arrays, but not their looks within strings', () => {
  expect(text('[{},"[[[["]', 2)).toBe('[{},"[[[["]')
  expect(() => text('[{},[]]', 2)).toThrow(BudgetError)
})

it('three hundred brackets are allowed, one more is not, and closed ones do not count', () => {
  expect(text('['.repeat(300) + ']'.repeat(300)).length).toBe(600)
  expect(text('[]'.repeat(400)).length).toBe(800)
  expect(() => text('['.repeat(301))).toThrow('nested deeper than 300 brackets at byte 301')
})

describe('a large body in parts', () => {
  const AT_ONCE = Infinity
  const IN_PARTS = 0
  const made = (body: Uint8Array, largeBytes: number): string => {
    const findings = new Findings()
    const bytes = canonicalOfJson('traces', body, 1_000_000, findings, largeBytes)
    return `${Buffer.from(bytes).toString('base64')} ${findings.rejected}`
  }

  it('leaves the objects in the lists of the outermost one out, and has each as it is', () => {
    const source =
      '{"é":{"a":[{}]},"list":[{"n":12345678901234567},null,[{}], {"x":"]}"}],"m":12345678901234567}'
    const parts = jsonParts(Buffer.from(source), 1000, IN_PARTS)
    const outer = '{"é":{"a":[{}]},"list":[{"part":0},null,[{}], {"part":1}],"m":"12345678901234567"}'
    expect(parts.outer).toBe(outer)
    const { list } = JSON.parse(outer) as { list: unknown[] }
    expect(list.map(element => parts.part(element))).toEqual([
      '{"n":"12345678901234567"}',
      undefined,
      undefined,
      '{"x":"]}"}',
    ])
  })

  it('is read as it is at once', () => {
    for (const { body } of spanRequestsJson({ seed: 4, spans: 3_000, perRequest: 300 })) {
      const [inside] = [Buffer.from(body).toString().slice('{"resourceSpans":['.length, -']}'.length)]
      const twice = Buffer.from(`\ufeff{"resourceSpans":[${inside},null,${inside}],"other":[{"é":1}]}`)
      expect(made(twice, IN_PARTS)).toBe(made(twice, AT_ONCE))
    }
  })

  it.each([
    '{"resourceSpans":[{]]}',
    '{"resourceSpans":[{"a":}]}',
    '{"resourceSpans":[{}',
    '{"resourceSpans":[{}}]',
  ])('that is no JSON is refused: %s', source => {
    expect(() => made(Buffer.from(source), IN_PARTS)).toThrow('the body is not JSON')
    expect(() => made(Buffer.from(source), AT_ONCE)).toThrow('the body is not JSON')
  })

  it.each(['{"resourceSpans":[[{}]]}', '{"resourceSpans":[5]}', '{"resourceSpans":{"part":0}}', '[{}]'])(
    'whose lists hold something else is refused as it is at once: %s',
    source => {
      const refusal = (largeBytes: number): string => {
        try {
          return made(Buffer.from(source), largeBytes)
        } catch (error) {
          return (error as Error).message
        }
      }
      expect(refusal(AT_ONCE)).toMatch(/^traces request, /)
      expect(refusal(IN_PARTS)).toBe(refusal(AT_ONCE))
    },
  )
})

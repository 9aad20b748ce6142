import { expect, it } from 'vitest'
import type { AnyValue } from './attributes.ts'
import { valueJson } from './value-json.ts'
import { valueText } from './value-text.ts'

const list = (...entries: [string, AnyValue][]): AnyValue => ({
  kind: 'kvlist',
  entries: entries.map(([key, value]) => ({ key, value })),
})
const array = (...values: AnyValue[]): AnyValue => ({ kind: 'array', values })

const cases: { title: string; value: AnyValue; json: string; text: string | undefined }[] = [
  { title: 'a string is itself', value: 'a "b"', json: '"a \\"b\\""', text: 'a "b"' },
  { title: 'an empty string is a text', value: '', json: '""', text: '' },
  { title: 'a boolean', value: false, json: 'false', text: 'false' },
  { title: 'an int', value: -42n, json: '-42', text: '-42' },
  { title: 'the largest exact int', value: 2n ** 53n, json: '9007199254740992', text: '9007199254740992' },
  { title: 'an int beyond', value: 2n ** 53n + 1n, json: '"9007199254740993"', text: '9007199254740993' },
  {
    title: 'the least int64',
    value: -(2n ** 63n),
    json: '"-9223372036854775808"',
    text: '-9223372036854775808',
  },
  { title: 'a double', value: 1.5, json: '1.5', text: '1.5' },
  { title: 'an integral double', value: 2, json: '2', text: '2' },
  { title: 'a double beyond 1e21', value: 1e21, json: '1e+21', text: '1e+21' },
  { title: 'NaN', value: Number.NaN, json: '"NaN"', text: 'NaN' },
  { title: 'minus infinity', value: -Infinity, json: '"-Infinity"', text: '-Infinity' },
  { title: 'bytes', value: new Uint8Array([0xfb, 0xff, 1]), json: '"+/8B"', text: '+/8B' },
  { title: 'an unset value', value: null, json: 'null', text: undefined },
  {
    title: 'an array',
    value: array('a', 1n, null, array()),
    json: '["a",1,null,[]]',
    text: '["a",1,null,[]]',
  },
  {
    title: 'a list',
    value: list(['b', 1n], ['a', true]),
    json: '{"b":1,"a":true}',
    text: '{"b":1,"a":true}',
  },
  { title: 'a key that stands twice', value: list(['a', 1n], ['a', 2n]), json: '{"a":2}', text: '{"a":2}' },
]

for (const { title, value, json, text } of cases)
  it(`${title}: ${json}`, () => {
    expect(JSON.stringify(valueJson(value))).toBe(json)
    expect(valueText(value)).toBe(text)
  })

it('writes -0 as JSON does, and as the number it equals in text', () => {
  expect([JSON.stringify(valueJson(-0)), valueText(-0)]).toEqual(['0', '0'])
})

it('keeps __proto__ as a plain key and changes no prototype', () => {
  const json = valueJson(list(['__proto__', list(['polluted', true])], ['constructor', 'x']))
  expect(JSON.stringify(json)).toBe('{"__proto__":{"polluted":true},"constructor":"x"}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

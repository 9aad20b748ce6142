/** Templates of labels and annotations: what each function gives, and what each fault says. */
import { describe, expect, it } from 'vitest'
import { expand, templateFault } from '../../src/query/rules/template/expand.ts'
import { TEMPLATES } from './templates.ts'

const data = {
  labels: new Map([
    ['instance', 'db-1.example.org:9100'],
    ['job', 'db'],
    ['__proto__', 'plain'],
  ]),
  value: 1234567.891,
  externalUrl: 'https://watch.test/hodo',
  query: (text: string) => {
    if (text !== 'up') return []
    return ['b', 'a'].map((name, value) => ({ labels: new Map([['x', name]]), value }))
  },
}

describe('a template', () => {
  it.each(TEMPLATES)('%s', (template, text) => expect(expand(template, data)).toBe(text))

  it.each([
    ['{{ range query "up" | sortByLabel "x" }}{{ .Labels.x }}={{ .Value }} {{ end }}', 'a=1 b=0 '],
    ['{{ with query "up" }}{{ . | first | value }} {{ . | first | label "x" }}{{ end }}', '0 b'],
    ['{{ range query "none" }}x{{ else }}nothing{{ end }}', 'nothing'],
    [
      '{{ externalURL }}{{ pathPrefix }} {{ $externalURL }}',
      'https://watch.test/hodo/hodo https://watch.test/hodo',
    ],
    ['{{ index $labels "__proto__" }}', 'plain'],
    ['{{ range query "up" }}{{ if eq .Labels.x "a" }}{{ break }}{{ end }}{{ .Labels.x }}{{ end }}', 'b'],
  ])('that asks: %s', (template, text) => expect(expand(template, data)).toBe(text))

  it.each([
    ['{{ query "none" | first }}', 'first() called on vector with no elements'],
    ['{{ humanize "x" }}', "can't convert x to float"],
    ['{{ .Nothing }}', "can't evaluate field Nothing"],
    ['{{ template "none" }}', 'template "none" not defined'],
    ['{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}', 'exceeded maximum template depth'],
    ['{{ reReplaceAll "(" "" "" }}', 'error parsing regexp'],
  ])('that fails says so in place: %s', (template, message) => {
    expect(expand(template, data)).toContain(`<error expanding template: ${message}`)
  })

  it.each([
    ['{{ $label.foo }}', 'undefined variable "$label"'],
    ['{{ nothing 1 }}', 'function "nothing" not defined'],
    ['{{ if true }}x', '{{if}} without {{end}}'],
    ['{{ end }}', 'unexpected {{end}}'],
    ['{{ (1 }}', 'unclosed left paren'],
    ['{{ }}', 'missing value for command'],
    ['{{ 1', 'unclosed action'],
    ['{{ a ? b }}', 'unexpected "? b"'],
  ])('at fault is refused: %s', (template, fault) => expect(templateFault(template)).toContain(fault))
})

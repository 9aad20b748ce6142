/** Completions of PromQL: words of the language, and metrics, labels and values as the data has them. */
import type { MetricJson } from '../../../../collector/src/serve/api-types.ts'
import type { Range } from '../../lib/time-range.ts'
import { complete, completingAt, literalPattern, quoted, type Completing } from '../../lib/promql-text.ts'
import { AGGREGATIONS, FUNCTIONS, KEYWORDS, LABEL_LISTS } from '../../lib/promql-words.ts'
import { url } from '../../lib/routes.ts'
import { get } from '../../state/api.ts'
import type { Choice } from '../combobox.tsx'

const MOST_CHOICES = 14
/** Of a language's words below names of the data, which nobody knows by heart. */
const MOST_WORDS = 6
const WINDOWS = ['1m', '5m', '15m', '30m', '1h', '6h', '1d']

export interface Known {
  readonly range: Range
  /** By names of series. */
  readonly metrics: ReadonlyMap<string, MetricJson>
}

export async function promqlChoices(
  text: string,
  caret: number,
  known: Known,
  abort: AbortSignal,
): Promise<readonly Choice[]> {
  const at = completingAt(text, caret)
  const choices = await choicesFor(at, known, abort)
  const done = choices.length === 1 && choices[0]!.text === at.prefix
  return done ? [] : choices.slice(0, MOST_CHOICES)
}

export const completePromql = (text: string, caret: number, choice: Choice) =>
  complete(text, completingAt(text, caret), choice.insert ?? choice.text)

async function choicesFor(at: Completing, known: Known, abort: AbortSignal): Promise<Choice[]> {
  switch (at.what) {
    case 'nothing':
      return []
    case 'window':
      return WINDOWS.filter(window => window.startsWith(at.prefix)).map(text => ({ text, note: '' }))
    case 'label':
      return labels(at, known, abort)
    case 'value':
      return values(at, known, abort)
    case 'expression': {
      const words = at.prefix === '' ? [] : languageWords(at.prefix)
      const names = await metricNames(at.prefix, known, abort)
      return [...names.slice(0, MOST_CHOICES - Math.min(MOST_WORDS, words.length)), ...words]
    }
  }
}

const starting = (words: ReadonlyMap<string, string>, prefix: string, opens: string): Choice[] =>
  [...words]
    .filter(([word]) => word.startsWith(prefix.toLowerCase()))
    .map(([text, note]) => ({ text, note, insert: text + opens }))

const languageWords = (prefix: string): Choice[] => [
  ...starting(AGGREGATIONS, prefix, '('),
  ...starting(FUNCTIONS, prefix, '('),
  ...starting(LABEL_LISTS, prefix, ' ('),
  ...starting(KEYWORDS, prefix, ' '),
]

type Texts = { readonly data: readonly string[] }
const within = ({ range }: Known) => ({ start: range.from / 1000, end: range.to / 1000 })

/** Those that begin so first. */
async function metricNames(prefix: string, known: Known, abort: AbortSignal): Promise<Choice[]> {
  // A selector has to leave something out: `.*` alone is refused.
  const pattern = prefix === '' ? '.+' : `.*${literalPattern(prefix)}.*`
  const matching = `{__name__=~${quoted(pattern)}}`
  const asked = { ...within(known), 'match[]': matching, limit: 200 }
  const { data } = await get<Texts>(url('/api/v1/label/__name__/values', asked), abort)
  const begins = (name: string): number => (name.startsWith(prefix) ? 0 : 1)
  return data
    .toSorted((a, b) => begins(a) - begins(b) || (a < b ? -1 : 1))
    .map(text => ({ text, note: known.metrics.get(text)?.type ?? 'metric', insert: asExpression(text) }))
}

/** A name beyond those of old stands in braces. */
const asExpression = (name: string): string => (/^[A-Za-z_:][\w:]*$/.test(name) ? name : `{${quoted(name)}}`)

async function labels(
  { prefix, metric, alone }: Extract<Completing, { what: 'label' }>,
  known: Known,
  abort: AbortSignal,
): Promise<Choice[]> {
  const asked = { ...within(known), 'match[]': metric === '' ? undefined : metric, limit: 1000 }
  const { data } = await get<Texts>(url('/api/v1/labels', asked), abort)
  return data
    .filter(name => name !== '__name__' && name.startsWith(prefix))
    .map(text => ({ text, note: 'label', insert: alone ? text : `${text}="` }))
}

/** The collector looks for the beginning, for a label may have more values than an answer. */
async function values(
  { prefix, metric, label, close }: Extract<Completing, { what: 'value' }>,
  known: Known,
  abort: AbortSignal,
): Promise<Choice[]> {
  const beginning = `${metric}{${label}=~${quoted(`${literalPattern(prefix)}.+`)}}`
  const asked = { ...within(known), 'match[]': beginning, limit: MOST_CHOICES }
  const { data } = await get<Texts>(url(`/api/v1/label/${encodeURIComponent(label)}/values`, asked), abort)
  return data.map(text => ({ text, note: label, insert: quoted(text).slice(1, -1) + close }))
}

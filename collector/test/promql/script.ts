/**
 * The load / eval / expect language of Prometheus's own tests, read into commands.
 *
 * ```
 * load 5m
 *   http_requests{job="a"} 0+10x10
 *
 * eval instant at 50m sum(http_requests)
 *   expect no_warn
 *   {} 100
 *
 * eval range from 0 to 10m step 5m http_requests
 *   http_requests{job="a"} 0 10 20
 * ```
 * Both spellings of expectations are read: `eval_warn`, `eval_info`, `eval_ordered`, `eval_fail` with
 * `expected_fail_message`, and lines that begin with `expect`.
 */
import { parseTime } from './notation.ts'

export interface Load {
  readonly kind: 'load'
  readonly stepMillis: number
  /** Classic histograms are also loaded as native ones. */
  readonly withNative: boolean
  readonly lines: readonly string[]
}

export interface Expectations {
  readonly fail: boolean
  /** Part of the error's message. */
  readonly failMessage: string | undefined
  readonly failPattern: RegExp | undefined
  /** Undefined: not looked at. */
  readonly warn: boolean | undefined
  readonly info: boolean | undefined
  /** Parts of the annotations. */
  readonly messages: readonly { readonly kind: 'warn' | 'info'; readonly text: string }[]
  readonly ordered: boolean
  readonly text: string | undefined
  /** Series, or one number. */
  readonly lines: readonly string[]
}

export interface Eval extends Expectations {
  readonly kind: 'eval'
  readonly line: number
  readonly query: string
  /** In milliseconds; equal ends and step 0 for an instant query. */
  readonly times:
    { readonly start: number; readonly end: number; readonly step: number } | { readonly at: number }
}

export type Command = Load | Eval | { readonly kind: 'clear' }

const INSTANT = /^instant at (\S+)\s+(.*)$/
const RANGE = /^range from (\S+) to (\S+) step (\S+)\s+(.*)$/

export function parseScript(text: string): Command[] {
  const commands: Command[] = []
  const lines = text.split('\n')
  for (let at = 0; at < lines.length;) {
    const head = lines[at]!.trim()
    const line = ++at
    if (head === '' || head.startsWith('#')) continue
    const body: string[] = []
    for (; at < lines.length && lines[at]!.trim() !== '' && /^\s|^#/.test(lines[at]!); at++)
      if (!lines[at]!.trim().startsWith('#')) body.push(lines[at]!.trim())
    commands.push(parseCommand(head, body, line))
  }
  return commands
}

function parseCommand(head: string, body: readonly string[], line: number): Command {
  const [, word, rest] = /^(\S+)\s*(.*)$/.exec(head)!
  if (word === 'clear') return { kind: 'clear' }
  if (word === 'load' || word === 'load_with_nhcb')
    return { kind: 'load', stepMillis: parseTime(rest!), withNative: word !== 'load', lines: body }
  if (!word!.startsWith('eval')) throw new SyntaxError(`line ${line}: '${word}' is no command`)
  return { kind: 'eval', line, ...timesAndQuery(rest!, line), ...expectations(word!, body) }
}

function timesAndQuery(text: string, line: number): Pick<Eval, 'times' | 'query'> {
  const instant = INSTANT.exec(text)
  if (instant !== null) return { times: { at: parseTime(instant[1]!) }, query: instant[2]! }
  const range = RANGE.exec(text)
  if (range === null)
    throw new SyntaxError(`line ${line}: neither 'instant at …' nor 'range from … to … step …'`)
  const [start, end, step] = [parseTime(range[1]!), parseTime(range[2]!), parseTime(range[3]!)]
  return { times: { start, end, step }, query: range[4]! }
}

function expectations(word: string, body: readonly string[]): Expectations {
  const said = body.filter(line => line.startsWith('expect '))
  const asks = (what: string): boolean => said.some(line => line.split(/\s+/)[1] === what)
  const old = body.find(line => line.startsWith('expected_fail_'))
  return {
    fail: word === 'eval_fail' || asks('fail'),
    failMessage:
      valueOf(said, 'fail', 'msg') ?? (old?.startsWith('expected_fail_message') ? old.slice(22) : undefined),
    failPattern: patternOf(
      valueOf(said, 'fail', 'regex') ?? (old?.startsWith('expected_fail_regexp') ? old.slice(21) : undefined),
    ),
    warn: word === 'eval_warn' || asks('warn') ? true : word === 'eval' && !asks('info') ? false : undefined,
    info: word === 'eval_info' || asks('info') ? true : asks('no_info') ? false : undefined,
    messages: (['warn', 'info'] as const).flatMap(kind =>
      said.flatMap(line => {
        const text = valueOf([line], kind, 'msg')
        return text === undefined ? [] : [{ kind, text }]
      }),
    ),
    ordered: word === 'eval_ordered' || asks('ordered'),
    text: textOf(said),
    lines: body.filter(line => !line.startsWith('expect')),
  }
}

/** Of `expect KIND FORM: value`. */
function valueOf(lines: readonly string[], kind: string, form: string): string | undefined {
  const pattern = new RegExp(`^expect\\s+${kind}\\s+${form}:\\s*(.*)$`)
  return lines.map(line => pattern.exec(line)?.[1]).find(value => value !== undefined)
}

const patternOf = (source: string | undefined): RegExp | undefined =>
  source === undefined ? undefined : new RegExp(source)

/** Of `expect string "…"`. */
function textOf(lines: readonly string[]): string | undefined {
  const quoted = lines
    .map(line => /^expect string\s+(.*)$/.exec(line)?.[1])
    .find(value => value !== undefined)
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string)
}

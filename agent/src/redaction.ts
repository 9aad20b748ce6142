/**
 * What the user's patterns match is masked in every text that leaves the process: names, attribute values, bodies,
 * messages, the resource. A number that matches leaves as text.
 *
 * A dry run masks nothing and tells each match once instead. What needs no pattern (values of query parameters
 * whose names speak of a secret, literals of SQL, arguments of commands) is masked where it is seen.
 */

export const MASK = 'REDACTED'
/** So many matches are told, then it is enough. */
const MOST_TOLD = 100
const EXCERPT = 40

/** Told of a match, and of the text around it. */
export type OnMatch = (match: string, around: string, pattern: RegExp) => void

let replace: ((text: string) => string) | undefined

export function redacted(text: string): string {
  return replace === undefined ? text : replace(text)
}

/** @returns undefined where nothing in the number is to be masked */
export function maskedDigits(value: number | bigint): string | undefined {
  if (replace === undefined) return undefined
  const text = String(value)
  const masked = replace(text)
  return masked === text ? undefined : masked
}

/** @param onMatch  where it is given nothing is masked */
export function redactBy(patterns: readonly RegExp[], onMatch?: OnMatch): void {
  if (patterns.length === 0) replace = undefined
  else if (onMatch === undefined) replace = text => masked(text, patterns)
  else replace = dryRun(patterns, onMatch)
}

/** What matches an empty text masks nothing. */
function masked(text: string, patterns: readonly RegExp[]): string {
  return patterns.reduce((rest, pattern) => rest.replace(pattern, match => (match === '' ? '' : MASK)), text)
}

function dryRun(patterns: readonly RegExp[], onMatch: OnMatch): (text: string) => string {
  const told = new Set<string>()
  return text => {
    for (const pattern of patterns) {
      for (const { 0: match, index } of text.matchAll(pattern)) {
        if (match === '' || told.size === MOST_TOLD || told.has(`${pattern}${match}`)) continue
        told.add(`${pattern}${match}`)
        onMatch(match, text.slice(Math.max(0, index - EXCERPT), index + match.length + EXCERPT), pattern)
      }
    }
    return text
  }
}

/**
 * @param text  `/pattern/flags`, several of them separated by white space; or one pattern without slashes
 * @throws Error for what is no regular expression: a secret is not to be sent for a slip of the pen
 */
export function patternsOf(text = ''): RegExp[] {
  if (text === '') return []
  if (!text.startsWith('/')) return [patternOf(text, '')]
  const literals = /\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+)\/([a-z]*)(?:\s+|$)/y
  const patterns: RegExp[] = []
  for (let at = 0; at < text.length; at = literals.lastIndex) {
    literals.lastIndex = at
    const [, source, flags] = literals.exec(text) ?? []
    if (source === undefined) throw new Error(`no list of patterns between slashes: ${text.slice(at)}`)
    patterns.push(patternOf(source, flags!))
  }
  return patterns
}

function patternOf(source: string, flags: string): RegExp {
  return new RegExp(source, [...new Set(`${flags}g`)].join('').replace('y', ''))
}

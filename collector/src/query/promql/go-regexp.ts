/** What Go's `regexp` does with a match: groups by number or name, and replacements that name them. */
import type { RE2JS } from 're2js'

type Match = ReturnType<RE2JS['matcher']>

export function groupOf(regex: RE2JS, match: Match, name: string): string {
  const index = /^\d+$/.test(name) ? Number(name) : regex.namedGroups()[name]
  return index === undefined || index > match.groupCount() ? '' : (match.group(index) ?? '')
}

/** `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar; the longest name counts. Source: Go's regexp.Expand. */
export function expand(template: string, groupNamed: (name: string) => string): string {
  return template.replaceAll(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar, bare, braced) =>
    dollar === undefined ? groupNamed(bare ?? braced) : '$',
  )
}

/** Every match becomes the replacement. */
export function replaceAll(regex: RE2JS, text: string, replacement: string): string {
  const match = regex.matcher(text)
  let [replaced, at] = ['', 0]
  while (match.find()) {
    replaced += text.slice(at, match.start()) + expand(replacement, name => groupOf(regex, match, name))
    at = match.end()
  }
  return replaced + text.slice(at)
}

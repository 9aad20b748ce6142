/**
 * The frames of a stack by which an error is known again after a deploy: the topmost of the
 * application, as function and file, without what a build or a deploy changes.
 *
 * Source: https://v8.dev/docs/stack-trace-api; what other engines write is no frame here.
 */

export const FRAMES = 3
/** A stack of so many characters has shown its top. */
const LONGEST = 8_000

interface Frame {
  readonly text: string
  /** Of the application, not of a library or of Node. */
  readonly isOwn: boolean
}

/** At most `FRAMES`; libraries' only where the application has none. */
export function topFrames(stack: string): readonly string[] {
  const frames = stack.slice(0, LONGEST).split('\n').flatMap(frameOf)
  const own = frames.filter(({ isOwn }) => isOwn)
  const texts = (own.length > 0 ? own : frames).map(({ text }) => text)
  // A recursion is as deep as it happens to be.
  return texts.filter((text, i) => text !== texts[i - 1]).slice(0, FRAMES)
}

const NAMED = /^\s*at (?:async )?(.{1,300}?) \(([^()]{1,1000})\)\s*$/
const BARE = /^\s*at (?:async )?(\S{1,1000})\s*$/
const PLACE = /:\d+(?::\d+)?$/

function frameOf(line: string): Frame[] {
  const named = NAMED.exec(line)
  const place = named?.[2] ?? BARE.exec(line)?.[1]
  if (place === undefined || !(PLACE.test(place) || named)) return []
  const file = place.replace(PLACE, '')
  const name = named === null ? '' : named[1]!.replace(/ \[as [^\]]*\]$/, '')
  const isOwn = !FOREIGN.test(file)
  return [{ text: [name, isOwn ? shortFile(file) : moduleOf(file)].filter(Boolean).join(' '), isOwn }]
}

const FOREIGN = /(?:^|[\\/])node_modules[\\/]|^node:|^(?:native|<anonymous>|index \d+)$|^internal\//

/** The last package in the path, or Node's own module. */
function moduleOf(file: string): string {
  const parts = file.split(/[\\/]node_modules[\\/]/)
  if (parts.length === 1) return file
  const [scope, name] = parts.at(-1)!.split(/[\\/]/)
  return scope!.startsWith('@') ? `${scope}/${name}` : scope!
}

/** Where it lies two levels deep: what is above changes with the machine or the release. */
function shortFile(file: string): string {
  const [path] = file.split(/[?#]/, 1)
  return path!
    .split(/[\\/]/)
    .slice(-2)
    .join('/')
    .replaceAll(/[-._](?=[a-zA-Z_]*\d)\w{6,}(?=\.|$)/g, '')
    .replaceAll(/\d+/g, '<n>')
}

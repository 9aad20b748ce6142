/**
 * Stacks as the author wrote the code: places in compiled files are followed through the source maps that those
 * files name, on disk or within them.
 *
 * For crashes alone, which are rare and often the last that a process does: reading a map takes as long as it is
 * large. The host's error is left as it is. Where Node follows maps itself (`--enable-source-maps`) the stack is
 * mapped already.
 *
 * Source: ECMA-426, "Source map format"; https://nodejs.org/api/module.html#class-modulesourcemap
 */
import { readFileSync, statSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const LARGEST_FILE_BYTES = 16 * 1024 * 1024
const MOST_FILES = 64
/** `at name (file:line:column)` and `at file:line:column`. */
const FRAME = /^(\s+at (?:.*\()?(?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)(\)?)$/
const MAP_COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)[^\S\n]*$/gm

interface Mapped {
  readonly map: SourceMap
  /** What its sources are relative to. */
  readonly base: URL
  /** Stands before each source: empty, or ends with a slash. */
  readonly root: string
}

/** By path; undefined for what has none. */
const known = new Map<string, Mapped | undefined>()

/** @returns the stack with the places that a map tells; all others stay */
export function sourceStack(stack: string): string {
  if (process.sourceMapsEnabled) return stack
  return stack.split('\n').map(sourceFrame).join('\n')
}

function sourceFrame(line: string): string {
  const frame = FRAME.exec(line)
  if (frame === null) return line
  const [, before, file, row, column, after] = frame
  const place = placeOf(file!, Number(row), Number(column))
  return place === undefined ? line : `${before}${place}${after}`
}

function placeOf(file: string, row: number, column: number): string | undefined {
  try {
    const mapped = mapOf(file.startsWith('file:') ? fileURLToPath(file) : file)
    const entry = mapped?.map.findEntry(row - 1, column - 1)
    if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) return undefined
    const source = new URL(mapped!.root + entry.originalSource, mapped!.base)
    const name = source.protocol === 'file:' ? fileURLToPath(source) : source.href
    return `${name}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  } catch {
    return undefined
  }
}

function mapOf(path: string): Mapped | undefined {
  if (known.has(path)) return known.get(path)
  if (known.size >= MOST_FILES) known.clear()
  // Set first: a map that cannot be read is not read for every frame.
  known.set(path, undefined)
  const mapped = readMap(path)
  known.set(path, mapped)
  return mapped
}

function readMap(path: string): Mapped | undefined {
  const file = pathToFileURL(path)
  const [, link] = [...(readText(file)?.matchAll(MAP_COMMENT) ?? [])].at(-1) ?? []
  if (link === undefined) return undefined
  const at = new URL(link, file)
  const json = at.protocol === 'data:' ? dataOf(at) : at.protocol === 'file:' ? readText(at) : undefined
  if (json === undefined) return undefined
  const payload = JSON.parse(json) as SourceMap['payload'] & { readonly sourceRoot?: string }
  return {
    map: new SourceMap(payload),
    base: at.protocol === 'data:' ? file : at,
    root: payload.sourceRoot?.replace(/\/?$/, '/') ?? '',
  }
}

/** A path may stand in the text of any error: what is no plain file might never end. */
function readText(file: URL): string | undefined {
  const stat = statSync(file)
  return stat.isFile() && stat.size <= LARGEST_FILE_BYTES ? readFileSync(file, 'utf8') : undefined
}

/** What compilers write: JSON, in base64 or percent-encoded. */
function dataOf({ pathname }: URL): string | undefined {
  const [, base64, text] = /^application\/json[^,]*?(;base64)?,(.*)$/s.exec(pathname) ?? []
  if (text === undefined) return undefined
  return base64 ? Buffer.from(text, 'base64').toString() : decodeURIComponent(text)
}

/** A configuration file in YAML 1.2, with the place of every option in it for error messages. */
import { basename } from 'node:path'
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { ConfigError } from './error.ts'

export interface ConfigFile {
  /** Absolute. */
  readonly path: string
  readonly tree: unknown
  /** @returns `hodoscope.yaml:3:14` for an option that stands in the file, else undefined */
  locate(path: readonly string[]): string | undefined
}

/** @throws ConfigError where the text is no YAML, or names a key twice */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${basename(path)}:${line}:${col}`
  }
  if (document.errors.length > 0)
    throw new ConfigError(
      document.errors.map(error => ({ what: 'file', message: error.message, from: place(error.pos[0]) })),
    )
  return {
    path,
    tree: (document.toJS({ maxAliasCount: 100 }) as unknown) ?? {},
    locate: option => {
      const offset = offsetOf(document, option)
      return offset === undefined ? undefined : place(offset)
    },
  }
}

/** Where the key of the innermost part of the path begins that the document has. */
function offsetOf(document: Document.Parsed, path: readonly string[]): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const part of path) {
    if (!isMap(node)) break
    const pair = node.items.find(item => (isScalar(item.key) ? String(item.key.value) : undefined) === part)
    if (!pair) break
    if (isNode(pair.key)) offset = pair.key.range?.[0]
    node = pair.value
  }
  return offset
}

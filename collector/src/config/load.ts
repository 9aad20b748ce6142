/**
 * From file, environment and flags to one frozen object, or to every fault at once. Later sources
 * win: file, then environment, then flags. Pure but for `readConfig`, which reads the file.
 */
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ConfigError } from './error.ts'
import { faultsOfIssue, misspeltVariables } from './faults.ts'
import type { ConfigFile } from './file.ts'
import { OPTIONS } from './options.ts'
import { schema, type Config } from './schema.ts'

export interface Sources {
  readonly file?: ConfigFile | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly flags: { readonly listen?: string | undefined; readonly data?: string | undefined }
  /** Absolute; relative paths from environment and flags begin here. */
  readonly cwd: string
}

/** @throws ConfigError with all faults */
export function resolveConfig(sources: Sources): Config {
  const given = overrides(sources)
  const from = new Map(given.map(override => [override.path.join('.'), override.from]))
  const locate = (path: readonly string[]) =>
    from.get(path.join('.')) ?? sources.file?.locate(path) ?? 'configuration'

  let tree: unknown = sources.file?.tree ?? {}
  for (const { path, value } of given) tree = withLeaf(tree, path, value)
  const result = schema.safeParse(tree)
  const faults = [
    ...misspeltVariables(Object.keys(sources.environment)),
    ...(result.error?.issues ?? []).flatMap(issue => faultsOfIssue(issue, locate)),
  ]
  if (!result.success || faults.length > 0) throw new ConfigError(faults)
  const base = sources.file && !from.has('data') ? dirname(sources.file.path) : sources.cwd
  const { slos, rules, data } = result.data
  const beside = (path: string) => resolve(sources.file ? dirname(sources.file.path) : sources.cwd, path)
  return deepFreeze({
    ...result.data,
    slos: { folder: slos.folder === '' ? '' : beside(slos.folder) },
    rules: { files: rules.files.map(beside) },
    data: resolve(base, data),
  })
}

/**
 * Reads `path`, or without one `hodoscope.yaml` beside the data folder if there is such a file.
 * @throws ConfigError with all faults
 */
export async function readConfig(sources: Omit<Sources, 'file'>, path?: string): Promise<Config> {
  const data = sources.flags.data ?? (sources.environment['HODOSCOPE_DATA'] || './.hodoscope')
  const file = resolve(sources.cwd, path ?? join(dirname(resolve(sources.cwd, data)), 'hodoscope.yaml'))
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (path === undefined && error.code === 'ENOENT') return undefined
    throw new ConfigError([{ what: 'file', message: `cannot be read: ${error.code}`, from: path ?? file }])
  })
  if (text === undefined) return resolveConfig(sources)
  const { parseConfigFile } = await import('./file.ts')
  return resolveConfig({ ...sources, file: parseConfigFile(file, text) })
}

interface Override {
  readonly path: readonly string[]
  readonly value: string
  readonly from: string
}

/** What environment and flags say, flags last. An empty variable says nothing. */
function overrides({ environment, flags }: Sources): readonly Override[] {
  const variables = OPTIONS.map(({ path, environment: name }) => ({
    path,
    value: environment[name] || undefined,
    from: name,
  }))
  const flagged = Object.entries(flags).map(([name, value]) => ({ path: [name], value, from: `--${name}` }))
  return [...variables, ...flagged].flatMap(({ path, value, from }) =>
    value === undefined ? [] : [{ path, value, from }],
  )
}

/** A copy of the tree with one leaf set; where the tree has no object on the way it stays, for the schema to fault. */
function withLeaf(tree: unknown, path: readonly string[], value: string): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  const branch = tree ?? {}
  if (typeof branch !== 'object' || Array.isArray(branch)) return branch
  const copy: Record<string, unknown> = { ...branch }
  copy[key] = withLeaf(copy[key], rest, value)
  return copy
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

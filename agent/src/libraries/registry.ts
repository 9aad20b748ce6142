/**
 * What the agent has met of the libraries that it knows: which version, where, and whether it was changed. A version
 * outside of the library's range is left as it is, and named.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Patch } from '../hooks.ts'

export interface Library {
  /** Of the package, or of the built-in. */
  readonly name: string
  /** First version that is changed; any when left out. */
  readonly from?: string
  /** First version that is not. */
  readonly below?: string
}

export interface Met {
  readonly library: Library
  /** Undefined for built-ins, and where its package.json cannot be read. */
  readonly version: string | undefined
  readonly folder: string | undefined
  readonly supported: boolean
  /** Whether each of its files that was loaded could be changed. */
  patched: boolean
}

const met = new Map<string, Met>()

/** In the order in which they were loaded; one for each copy of a library. */
export function librariesMet(): readonly Met[] {
  return [...met.values()]
}

/** The same patch, noted; it does nothing to a version that is not supported. */
export function watchedPatch(library: Library, patch: Patch): Patch {
  return (exports, folder) => {
    const entry = entryFor(library, folder)
    if (!entry.supported) return undefined
    try {
      return patch(exports, folder)
    } catch (error) {
      entry.patched = false
      throw error
    }
  }
}

function entryFor(library: Library, folder: string | undefined): Met {
  const key = `${library.name} ${folder ?? ''}`
  const known = met.get(key)
  if (known) return known
  const version = folder === undefined ? undefined : versionOf(folder)
  const supported = version === undefined || isSupported(library, version)
  const entry = { library, version, folder, supported, patched: supported }
  met.set(key, entry)
  return entry
}

function versionOf(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version?: unknown
    }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

/** @param version  semver; a pre-release counts as the release that it precedes */
export function isSupported({ from, below }: Library, version: string): boolean {
  return (
    (from === undefined || compareVersions(version, from) >= 0) &&
    (below === undefined || compareVersions(version, below) < 0)
  )
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  const at = [0, 1, 2].find(i => left[i] !== right[i])
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
}

function numbersOf(version: string): number[] {
  return version.split(/[.+-]/, 3).map(Number)
}

/** What a person reads of the range: `4.x – 5.x`, `8.0.3 – 8.x`. */
export function rangeText({ from, below }: Library): string {
  if (from === undefined || below === undefined) return 'any'
  const last = `${Number(below.split('.', 1)[0]) - 1}.x`
  const first = from.replace(/\.0\.0$/, '.x')
  return first === last ? last : `${first} – ${last}`
}

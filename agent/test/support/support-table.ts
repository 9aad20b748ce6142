/**
 * `docs/support.md` from what the tests declare, the ranges in `src/libraries/index.ts`, and the versions that are
 * installed. `node test/support/support-table.ts` writes it.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { LIBRARIES, TOLD_BY_CHANNEL } from '../../src/libraries/index.ts'
import { rangeText, type Library } from '../../src/libraries/registry.ts'
import type { Declaration } from './declares.ts'

const AGENT = fileURLToPath(new URL('../..', import.meta.url))
const ROOT = join(AGENT, '..')
export const SUPPORT_FILE = join(AGENT, 'docs', 'support.md')

const HEAD = `# Supported libraries

Each row is shown by a test with the library from npm, in the versions under *tested with*; *versions* are those that the
agent changes, and any other is left as it is. *The wire* means that the answers come from a script which speaks the
server's protocol.

| library | versions | tested with | against | what is seen |
|---|---|---|---|---|
`

const FOOT = `
Kafka (kafkajs), Prisma, the AWS SDK, openai and \`node:http2\` have no spans of their own yet. What AWS's and openai's
clients send is seen as HTTP.
`

/** In the order of the files, by their declarations. @throws when a library is declared twice */
export function declarations(): Map<string, Declaration> {
  const found = new Map<string, Declaration>()
  for (const file of globSync('test/**/*.test.ts', { cwd: AGENT }).toSorted()) {
    const source = readFileSync(join(AGENT, file), 'utf8')
    for (const [, literal] of source.matchAll(/^declares\((\{[^}]*\})\)$/gm)) {
      const declaration = runInNewContext(`(${literal})`) as Declaration
      if (found.has(declaration.library)) throw new Error(`${file} declares ${declaration.library} again`)
      found.set(declaration.library, declaration)
    }
  }
  return found
}

/** Every library that the agent knows, in its order. */
export const KNOWN: readonly Library[] = [...TOLD_BY_CHANNEL, ...LIBRARIES]

/** @throws when a library is declared by no test */
export function supportTable(): string {
  const declared = declarations()
  const rows = KNOWN.map(library => {
    const declaration = declared.get(library.name)
    if (declaration === undefined) throw new Error(`no test declares ${library.name}`)
    const { against = '', seen } = declaration
    const cells = [`\`${library.name}\``, rangeText(library), testedVersions(library.name), against, seen]
    return `| ${cells.join(' | ')} |\n`
  })
  return HEAD + rows.join('') + FOOT
}

/** What the manifest pins, and older versions under an alias; of what comes with another package, what is installed. */
function testedVersions(name: string): string {
  if (name.startsWith('node:')) return 'Node'
  const { devDependencies } = manifest(ROOT) as { devDependencies: Record<string, string> }
  const pinned = Object.entries(devDependencies).flatMap(([alias, version]) => {
    if (alias === name) return [version]
    return version.startsWith(`npm:${name}@`) ? [version.slice(`npm:${name}@`.length)] : []
  })
  if (pinned.length > 0) return pinned.join(', ')
  return (manifest(join(ROOT, 'node_modules', name)) as { version: string }).version
}

function manifest(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SUPPORT_FILE, supportTable())

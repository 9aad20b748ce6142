/**
 * Libraries without a channel, changed as they are loaded.
 *
 * A CommonJS package is met at its inner file: whether the app requires or imports it, its own `require` calls pass
 * by require-in-the-middle. What is only reached by `import` (ES modules and built-ins) passes by
 * import-in-the-middle's hooks, and those see nothing but the files named here: wrapping every module
 * breaks circular ESM graphs.
 */
import { Hook as ImportHook } from 'import-in-the-middle'
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs'
import { register as registerAsync } from 'node:module'
import { Hook as RequireHook } from 'require-in-the-middle'
import { safely } from './guard.ts'
import { onUndo } from './undo.ts'

/**
 * Changes a module. It may mutate what it is given, and returns what shall stand in its place (for ES modules: it
 * mutates only, the bindings follow).
 * @param folder  of the package, undefined for built-ins; tells two versions apart
 */
export type Patch = (exports: Record<string, unknown>, folder: string | undefined) => unknown

/** By file, `package/path/inside.js`, by the name of a package for its main file, or by that of a built-in. */
export interface Patches {
  readonly commonJs: ReadonlyMap<string, Patch>
  readonly esm: ReadonlyMap<string, Patch>
}

/** Kept for the process: a hook that is collected hooks nothing. */
const installed: object[] = []

export function installHooks(patches: Patches): void {
  hookRequire(patches.commonJs)
  if (patches.esm.size > 0) hookImport(patches.esm)
}

function hookRequire(patches: ReadonlyMap<string, Patch>): void {
  const onRequire = <T>(exports: T, name: string, folder?: string): T =>
    apply(patches, exports as Record<string, unknown>, name, folder) as T
  keep(new RequireHook(packagesOf(patches), { internals: true }, onRequire))
}

function hookImport(patches: ReadonlyMap<string, Patch>): void {
  if (supportsSyncHooks()) registerSyncHooks(patches)
  else registerAsyncHooks(patches)
  const onImport = (exports: Record<string, unknown>, name: string, folder: string | void) => {
    apply(patches, exports, name, folder ?? undefined)
  }
  keep(new ImportHook(packagesOf(patches), { internals: true }, onImport))
}

function registerSyncHooks(patches: ReadonlyMap<string, Patch>): void {
  const suffixes = [...patches.keys()].map(name => `/node_modules/${name}`)
  const shouldInclude = (url: string) => patches.has(url) || suffixes.some(suffix => url.endsWith(suffix))
  register({ shouldInclude } as Parameters<typeof register>[0])
}

/**
 * Older patch releases of Node hook `import` only from a thread of their own, which costs the start some 80 ms.
 * What goes there is cloned: patterns in place of a function.
 */
function registerAsyncHooks(patches: ReadonlyMap<string, Patch>): void {
  const include = [...patches.keys()].map(name =>
    name.startsWith('node:') ? name : new RegExp(`/node_modules/${escaped(name)}$`),
  )
  registerAsync('import-in-the-middle/hook.mjs', import.meta.url, { data: { include } })
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function keep(hook: RequireHook | ImportHook): void {
  installed.push(hook)
  onUndo(() => hook.unhook())
}

function apply(
  patches: ReadonlyMap<string, Patch>,
  exports: Record<string, unknown>,
  name: string,
  folder: string | undefined,
): unknown {
  const patch = patches.get(name.replaceAll('\\', '/'))
  return (patch && safely(() => patch(exports, folder))) ?? exports
}

function packagesOf(patches: ReadonlyMap<string, Patch>): string[] {
  return [...new Set([...patches.keys()].map(packageOf))]
}

function packageOf(file: string): string {
  const parts = file.split('/')
  return file.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

/**
 * Libraries without a channel, changed as they are loaded.
 *
 * A CommonJS package is met at its inner file: whether the app requires or imports it, its own `require` calls pass
 * by require-in-the-middle. What is only reached by `import` (ES modules and built-ins) passes by
 * import-in-the-middle's synchronous hooks, and those see nothing but the files named here: wrapping every module
 * breaks circular ESM graphs.
 */
import { Hook as ImportHook } from 'import-in-the-middle'
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs'
import { Hook as RequireHook } from 'require-in-the-middle'
import { safely } from './guard.ts'

/**
 * Changes a module. It may mutate what it is given, and returns what shall stand in its place (for ES modules: it
 * mutates only, the bindings follow).
 * @param folder  of the package, undefined for built-ins; tells two versions apart
 */
export type Patch = (exports: Record<string, unknown>, folder: string | undefined) => unknown

/** By file, `package/path/inside.js`, or the name of a built-in. */
export interface Patches {
  readonly commonJs: ReadonlyMap<string, Patch>
  readonly esm: ReadonlyMap<string, Patch>
}

/** Kept for the process: a hook that is collected hooks nothing. */
const installed: object[] = []

export function installHooks({ commonJs, esm }: Patches): void {
  const onRequire = <T>(exports: T, name: string, folder?: string): T =>
    apply(commonJs, exports as Record<string, unknown>, name, folder) as T
  installed.push(new RequireHook(packagesOf(commonJs), { internals: true }, onRequire))
  // Older patch releases of Node lack the synchronous hooks; there ES modules go without.
  if (!supportsSyncHooks()) return
  const suffixes = [...esm.keys()].map(name => `/node_modules/${name}`)
  const shouldInclude = (url: string) => esm.has(url) || suffixes.some(suffix => url.endsWith(suffix))
  register({ shouldInclude } as Parameters<typeof register>[0])
  const onImport = (exports: Record<string, unknown>, name: string, folder: string | void) => {
    apply(esm, exports, name, folder ?? undefined)
  }
  installed.push(new ImportHook(packagesOf(esm), { internals: true }, onImport))
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

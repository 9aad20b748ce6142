/**
 * An older version of a package beside the one that is installed. A package is known by the name of its folder, so its
 * files lie in a `node_modules` of their own; what they require is found where the installed alias finds it.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))

export interface OtherVersion {
  /** What the application requires. */
  readonly path: string
  remove(): void
}

/** @param alias  the folder in `node_modules`, as `express-4` */
export function otherVersion(alias: string, name: string): OtherVersion {
  const home = join(MODULES, `.${alias}`)
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  const path = join(home, 'node_modules', name)
  cpSync(join(MODULES, alias), path, { recursive: true })
  return { path, remove: () => rmSync(home, { recursive: true, force: true }) }
}

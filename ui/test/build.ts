/** Builds the UI into a folder of its own, so that tests never race with another build. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

export interface BuiltUi {
  readonly folder: string
  remove(): void
}

export async function buildUi(): Promise<BuiltUi> {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-ui-'))
  await build({
    configFile: join(import.meta.dirname, '../vite.config.ts'),
    mode: 'production',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * Builds the UI into a folder of its own, so that tests never race with another build.
 *
 * It is what `npm run build` makes: under the `NODE_ENV` of a test runner every element would carry the
 * place in the source that it comes from.
 */
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
  const environment = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    await build({
      configFile: join(import.meta.dirname, '../vite.config.ts'),
      mode: 'production',
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    })
  } finally {
    process.env.NODE_ENV = environment
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

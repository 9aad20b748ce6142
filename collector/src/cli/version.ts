/** The version of the installed package. */
import { readFileSync } from 'node:fs'

/** Sources and compiled files lie equally deep, so one path serves both. */
const PACKAGE = new URL('../../package.json', import.meta.url)

export const version = (): string =>
  (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version

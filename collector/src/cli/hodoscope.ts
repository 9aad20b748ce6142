/** The program: runs the command line and turns what went wrong into one clear message and an exit code. */
import { run } from './run.ts'

/** Told in plain words; everything else is a defect, told with its stack. */
const EXPECTED = [
  'ConfigError',
  'FolderInUse',
  'FolderUnusable',
  'FormatUnknown',
  'BackupRefused',
  'TokenRefused',
]
const SYSTEM_ERRORS = new Map([
  ['EADDRINUSE', 'the address is in use; stop what listens there, or choose another with --listen'],
  ['EADDRNOTAVAIL', 'this machine does not have that address; choose another with --listen'],
  ['EACCES', 'permission denied'],
  ['ENOSPC', 'no space left on the disk'],
  ['EROFS', 'the file system is read-only'],
])

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const reason = SYSTEM_ERRORS.get((error as NodeJS.ErrnoException).code ?? '')
  if (reason !== undefined) return `${reason} (${error.message})`
  return EXPECTED.includes(error.name) ? error.message : (error.stack ?? error.message)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`hodoscope: ${messageOf(error)}\n`)
  process.exit(1)
}

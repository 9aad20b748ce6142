import { expect, it } from 'vitest'
import { folderFault, FolderUnusable } from './folder-fault.ts'

const withCode = (code: string, options?: ErrorOptions): Error =>
  Object.assign(new Error('as the system says it', options), { code })

it.each([
  ['ENOSPC', 'the disk is full; free space on it'],
  ['SQLITE_FULL', 'the disk is full; free space on it'],
  ['EROFS', 'its file system is read-only; mount it to be written'],
  ['SQLITE_READONLY_DBMOVED', 'its file system is read-only; mount it to be written'],
  ['EACCES', 'this user may not write it; give it to them'],
  ['ENOTDIR', 'there is something else of that name; move it away'],
  ['EMFILE', 'too many files are open; raise the limit'],
  ['EIO', 'the disk fails; look at the system log'],
  ['SQLITE_IOERR_FSYNC', 'the disk fails; look at the system log'],
  ['SQLITE_CANTOPEN', 'a file in it cannot be opened; look at its owner and permissions'],
])('%s: %s', (code, remedy) => {
  const told = folderFault('/data', withCode(code))
  expect(told).toBeInstanceOf(FolderUnusable)
  expect((told as Error).message).toBe(
    `the data folder /data cannot be used: ${remedy}, or choose another folder with --data ` +
      `(${code}: as the system says it)`,
  )
})

it('what lies behind another error is told', () => {
  const told = folderFault('/data', new Error('the catalogue', { cause: withCode('EROFS') }))
  expect((told as Error).message).toContain('read-only')
})

it.each([[new Error('a defect')], [withCode('SQLITE_CORRUPT')], ['no error at all']])(
  '%s stays what it is',
  error => expect(folderFault('/data', error)).toBe(error),
)

/**
 * What a person reads when the data folder cannot be used: what the system said, and what to do.
 * The codes of SQLite are told as those of the system that they stand for.
 */

/** The first that fits; in the order from the particular to the general. */
const REMEDIES: readonly (readonly [codes: RegExp, remedy: string])[] = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHMSIZE)$/, 'the disk is full; free space on it'],
  [/^(EROFS|SQLITE_READONLY.*)$/, 'its file system is read-only; mount it to be written'],
  [/^(EACCES|EPERM|SQLITE_PERM)$/, 'this user may not write it; give it to them'],
  [/^(ENOTDIR|EEXIST)$/, 'there is something else of that name; move it away'],
  [/^(EMFILE|ENFILE)$/, 'too many files are open; raise the limit'],
  [/^(EIO|SQLITE_IOERR.*)$/, 'the disk fails; look at the system log'],
  [/^SQLITE_CANTOPEN.*$/, 'a file in it cannot be opened; look at its owner and permissions'],
]

export class FolderUnusable extends Error {
  constructor(folder: string, remedy: string, cause: Error & { readonly code: string }) {
    super(
      `the data folder ${folder} cannot be used: ${remedy}, or choose another folder with --data ` +
        `(${cause.code}: ${cause.message})`,
      { cause },
    )
    this.name = 'FolderUnusable'
  }
}

/** @returns the error in plain words where it is the disk's or the system's; itself in all other cases */
export function folderFault(folder: string, error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException
    const [, remedy] = REMEDIES.find(([codes]) => codes.test(code ?? '')) ?? []
    if (remedy !== undefined) return new FolderUnusable(folder, remedy, at as Error & { code: string })
  }
  return error
}

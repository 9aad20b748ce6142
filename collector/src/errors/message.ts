/**
 * A message without what differs from one time to the next: numbers, ids, addresses, what is quoted.
 * Two messages that one line of code made should become the same text; better two lines become one
 * than one becomes thousands.
 */

/** So much of a message tells its kind. */
const LONGEST = 512

/** The first that matches at a place is taken, so that what holds others stands above them. */
const VARIES: readonly (readonly [name: string, pattern: string])[] = [
  ['url', String.raw`\b[a-zA-Z][a-zA-Z\d+.-]{1,20}:\/\/[^\s"'\x60<>()]+`],
  ['email', String.raw`[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+`],
  ['uuid', String.raw`\b[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}\b`],
  // Not the apostrophe of a word.
  ['text', String.raw`(?<!\w)(?:'[^'\n]*'|"[^"\n]*"|\x60[^\x60\n]*\x60)(?!\w)`],
  ['address', String.raw`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b`],
  ['address', String.raw`(?<![\w:])(?:[\da-fA-F]{0,4}:){2,7}[\da-fA-F]{1,4}(?::\d{1,5})?(?![\w:])`],
  ['address', String.raw`\b[a-zA-Z][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}:\d{2,5}\b`],
  ['path', String.raw`(?<![\w/\\.<>])(?:[a-zA-Z]:|\.{1,2})?[\\/][\w.@%+~:-]+(?:[\\/][\w.@%+~:-]*)*`],
  ['hex', String.raw`\b0x[\da-fA-F]+\b|\b(?=[a-fA-F]*\d)[\da-fA-F]{8,}\b`],
  ['id', String.raw`\b(?=[\w-]{6})[a-zA-Z_-]*\d+[a-zA-Z_-]+\d[\w-]*`],
  ['n', String.raw`\d+(?:[.,]\d+)*`],
]

export const normaliseMessage = normaliser(VARIES)

/** Of an operation: its route is its name. */
export const normaliseName = normaliser(
  VARIES.filter(([kind]) => kind === 'uuid' || kind === 'hex' || kind === 'id' || kind === 'n'),
)

function normaliser(varies: typeof VARIES): (text: string) => string {
  const any = new RegExp(varies.map(([, pattern]) => `(${pattern})`).join('|'), 'g')
  return text =>
    text
      .slice(0, LONGEST)
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replaceAll(any, (...found: unknown[]) => `<${varies[found.slice(1).findIndex(isFound)]![0]}>`)
}

const isFound = (part: unknown): boolean => part !== undefined

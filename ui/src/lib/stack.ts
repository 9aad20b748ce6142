/**
 * A stack trace as lines with a meaning: the message, frames of the application, and frames of
 * libraries and of Node itself, which a reader wants dimmed.
 */

export interface StackLine {
  readonly text: string
  readonly kind: 'message' | 'own' | 'foreign'
}

const FRAME = /^\s+at\s|^\s*[\w$.<>/]+@\S+:\d+:\d+$/
const FOREIGN = /node_modules|node:|\(internal\/|<anonymous>\)?$|native/

export function stackLines(stack: string): StackLine[] {
  return stack
    .split(/\r?\n/)
    .filter((text, i, all) => text !== '' || i < all.length - 1)
    .map(text => ({ text, kind: !FRAME.test(text) ? 'message' : FOREIGN.test(text) ? 'foreign' : 'own' }))
}

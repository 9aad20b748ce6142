/**
 * Whether what was typed into the any-id box is an id or a search.
 *
 * An id may have any form (the collector reads them); a search has blanks, quotes or operators, or is
 * a plain word without a digit.
 */
export function looksLikeId(text: string): boolean {
  const typed = text.trim()
  if (typed === '' || typed.length > 512) return false
  if (/[\s"():<>=~*]/.test(typed)) return false
  return /\d/.test(typed) || /^[0-9a-f]{16,}$/i.test(typed)
}

/** `4bf92f35…0e4736`: the ends of an id, where there is no room for all of it. */
export const shortId = (id: string): string => (id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`)

/** Texts known by their bytes, so that none is made where it was seen before. */

/** FNV-1a, begun with `hash`. */
export function hashOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash ^ (hash >>> 15)
}

export function isAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false
  return true
}

export const isIn = (bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean =>
  end - start === text.length && isAt(bytes, start, text)

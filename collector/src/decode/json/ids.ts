/** Trace and span ids in OTLP/JSON: hexadecimal in any case, and never base64 as in other proto3 JSON. */
import type { WireWriter } from '../../wire/writer.ts'

const NOT_HEX = 0xff
const nibbles = new Uint8Array(128).fill(NOT_HEX)
for (let digit = 0; digit < 16; digit++) {
  const letter = digit.toString(16)
  nibbles[letter.charCodeAt(0)] = digit
  nibbles[letter.toUpperCase().charCodeAt(0)] = digit
}

/** Writes an id of any length. @returns false, and writes nothing, where the text is not hexadecimal */
export function writeHex(out: WireWriter, tag: number, text: string): boolean {
  if (text.length % 2 !== 0) return false
  const before = out.length
  out.varint(tag)
  out.varint(text.length / 2)
  for (let i = 0; i < text.length; i += 2) {
    const byte = (nibble(text, i) << 4) | nibble(text, i + 1)
    if (byte > 0xff) {
      out.reset(before)
      return false
    }
    out.byte(byte)
  }
  return true
}

const nibble = (text: string, at: number): number => nibbles[text.charCodeAt(at)] ?? NOT_HEX

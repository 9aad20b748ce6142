/**
 * Long lists of an answer, kept as their text: as objects a hundred thousand spans take ten times the
 * room, and most of it is still there when the collector of garbage comes by.
 */

/** Items whose text is made together. */
const AT_A_TIME = 128

export class JsonList<Item> {
  #waiting: Item[] = []
  readonly #texts: Uint8Array[] = []

  push(item: Item): void {
    if (this.#waiting.push(item) === AT_A_TIME) this.#write()
  }

  /** Pieces of the list's JSON, one behind the other. */
  texts(): readonly Uint8Array[] {
    if (this.#waiting.length > 0) this.#write()
    return [OPEN, ...this.#texts, CLOSE]
  }

  #write(): void {
    const items = JSON.stringify(this.#waiting).slice(1, -1)
    this.#texts.push(Buffer.from(this.#texts.length === 0 ? items : `,${items}`))
    this.#waiting = []
  }
}

const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')

/** An answer as JSON; its fields may be such lists. */
export function encodeAnswer(answer: object): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = []
  let plain: Record<string, unknown> = {}
  let before = '{'
  const writePlain = (): void => {
    const text = JSON.stringify(plain).slice(1, -1)
    if (text === '') return
    pieces.push(Buffer.from(before + text))
    before = ','
    plain = {}
  }
  for (const [name, value] of Object.entries(answer)) {
    if (!(value instanceof JsonList)) plain[name] = value
    else {
      writePlain()
      pieces.push(Buffer.from(`${before}${JSON.stringify(name)}:`), ...value.texts())
      before = ','
    }
  }
  writePlain()
  pieces.push(Buffer.from(before === '{' ? '{}' : '}'))
  return joined(pieces)
}

/** In memory of its own, so that it can be handed to another thread. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

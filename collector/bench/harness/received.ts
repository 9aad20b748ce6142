/**
 * Bytes that come in pieces, for a reader that takes them as it can: it yields while what it asks for
 * is not there yet. No byte is looked at again for every piece that comes behind it.
 */
export class Received {
  #pieces: Buffer[] = []
  #length = 0

  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#length += piece.length
  }

  /** The next so many bytes. */
  *bytes(count: number): Generator<undefined, Buffer> {
    while (this.#length < count) yield
    return this.#take(count)
  }

  /** What stands before a mark that is near, without the mark. */
  *before(mark: string): Generator<undefined, Buffer> {
    let at: number
    while ((at = this.#joined().indexOf(mark)) < 0) yield
    return this.#take(at + mark.length).subarray(0, at)
  }

  #take(count: number): Buffer {
    const all = this.#joined()
    this.#pieces = [all.subarray(count)]
    this.#length -= count
    return all.subarray(0, count)
  }

  #joined(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)]
    return this.#pieces[0]!
  }
}

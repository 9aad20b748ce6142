/** Bytes that are no protobuf message: where, and what is wrong there. */
export class WireError extends Error {
  /** Offset into the bytes that were read. */
  readonly offset: number

  constructor(offset: number, what: string) {
    super(`byte ${offset}: ${what}`)
    this.name = 'WireError'
    this.offset = offset
  }
}

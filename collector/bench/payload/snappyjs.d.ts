/** What is used of `snappyjs`, which brings no types. */
declare module 'snappyjs' {
  const snappy: {
    /** Block format. Throws where the bytes are none, or say that they are longer than `maxLength`. */
    uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array
    compress(plain: Uint8Array): Uint8Array
  }
  export default snappy
}

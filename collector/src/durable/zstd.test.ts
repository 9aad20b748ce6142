import { buffer } from 'node:stream/consumers'
import { createZstdCompress, constants, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { contentLength, inflateFrame } from './zstd.ts'

const contents = (length: number): Buffer => Buffer.alloc(length, 'seven')

/** As an encoder writes it that does not know what is still to come. */
async function streamed(content: Buffer): Promise<Buffer> {
  const stream = createZstdCompress()
  stream.write(content)
  stream.end()
  return buffer(stream)
}

describe('a zstd frame', () => {
  // Each number of bytes in which a frame may tell its length, and the borders between them.
  it.each([0, 1, 255, 256, 257, 65_535, 65_791, 65_792, 65_793, 200_000, 70_000_000])(
    'of %i bytes says so, and is inflated',
    length => {
      const frame = zstdCompressSync(contents(length))
      expect(contentLength(frame)).toBe(length)
      expect(contents(length).equals(inflateFrame(frame))).toBe(true)
    },
  )

  it('that does not tell its length is inflated too', async () => {
    const frame = await streamed(contents(100_000))
    expect(contentLength(frame)).toBeUndefined()
    expect(contents(100_000).equals(inflateFrame(frame))).toBe(true)
  })

  it('with a checksum and without one', () => {
    const params = { [constants.ZSTD_c_checksumFlag]: 1 }
    const frame = zstdCompressSync(contents(1000), { params })
    expect(contentLength(frame)).toBe(1000)
    expect(contents(1000).equals(inflateFrame(frame))).toBe(true)
  })

  it('is refused when it is longer than it may be', () => {
    const frame = zstdCompressSync(contents(1000))
    expect(() => inflateFrame(frame, 999)).toThrow(/larger than 999 bytes/)
    expect(inflateFrame(frame, 1000)).toHaveLength(1000)
  })

  it('is refused when it is cut, or is none', () => {
    const frame = zstdCompressSync(contents(1000))
    for (let length = 0; length < frame.length; length++)
      expect(() => inflateFrame(frame.subarray(0, length))).toThrow()
    expect(() => inflateFrame(Buffer.from('no frame at all'))).toThrow()
    expect(contentLength(Buffer.from('no frame at all'))).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { readAnswers, type Answer } from './answer.ts'
import { Received } from './received.ts'

const plain = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 5\r\n\r\nhello'
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'
const refused: Answer = { status: 503, retryAfter: 1, body: Buffer.from('hello') }
const joined: Answer = { status: 200, retryAfter: undefined, body: Buffer.from('hello world') }

/** What is read after each piece. */
function readPieces(...pieces: readonly string[]): (Answer | undefined)[] {
  const received = new Received()
  const answers = readAnswers(received)
  return pieces.map(piece => {
    received.push(Buffer.from(piece))
    return answers.next().value
  })
}

describe('readAnswers', () => {
  it('reads status, retry-after and a body by content-length', () => {
    expect(readPieces(plain)).toEqual([refused])
  })

  it('joins chunks', () => {
    expect(readPieces(chunked)).toEqual([joined])
  })

  it('leaves what follows to the next answer', () => {
    expect(readPieces(plain + chunked.slice(0, 70), chunked.slice(70), plain)).toEqual([
      refused,
      joined,
      refused,
    ])
  })

  it.each([
    ['content-length', plain, refused],
    ['chunks', chunked, joined],
  ])('waits until the answer is whole, however it comes: %s', (_name, text, answer) => {
    const missing = Array.from({ length: text.length - 1 }, () => undefined)
    expect(readPieces(...text.split(''))).toEqual([...missing, answer])
    for (let length = 1; length < text.length; length++)
      expect(readPieces(text.slice(0, length), text.slice(length))).toEqual([undefined, answer])
  })

  it('refuses an answer whose length is not told', () => {
    expect(() => readPieces('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello')).toThrow(
      /length is not told/,
    )
  })

  it('copies each byte of a large answer a few times at most', () => {
    const received = new Received()
    const answers = readAnswers(received)
    const size = 32 * 1024 * 1024
    received.push(Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`))
    const piece = Buffer.alloc(1024)
    let answer: Answer | undefined
    // Joined anew for every piece, these would be half a terabyte.
    for (let at = 0; at < size; at += piece.length) {
      received.push(piece)
      answer = answers.next().value
    }
    expect(answer?.body.length).toBe(size)
  })
})

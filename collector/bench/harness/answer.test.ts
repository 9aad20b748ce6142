import { describe, expect, it } from 'vitest'
import { readAnswer } from './answer.ts'

const plain = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 5\r\n\r\nhello'
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'

describe('readAnswer', () => {
  it('reads status, retry-after and a body by content-length, and leaves what follows', () => {
    const read = readAnswer(Buffer.from(plain + 'HTTP'))!
    expect(read.answer).toEqual({ status: 503, retryAfter: 1, body: Buffer.from('hello') })
    expect(read.rest.toString()).toBe('HTTP')
  })

  it('joins chunks', () => {
    const read = readAnswer(Buffer.from(chunked))!
    expect(read.answer).toEqual({ status: 200, retryAfter: undefined, body: Buffer.from('hello world') })
    expect(read.rest.length).toBe(0)
  })

  it.each([
    ['content-length', plain],
    ['chunks', chunked],
  ])('waits until the answer is whole, whatever is missing of it: %s', (_name, answer) => {
    for (let length = 0; length < answer.length; length++)
      expect(readAnswer(Buffer.from(answer).subarray(0, length))).toBeUndefined()
  })

  it('refuses an answer whose length is not told', () => {
    expect(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello'))).toThrow(
      /length is not told/,
    )
  })
})

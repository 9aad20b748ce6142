/**
 * One keep-alive HTTP/1.1 connection on a bare socket, one request at a time.
 *
 * The load shares its cores with the collector, so the client must cost next to nothing: a request
 * is bytes made beforehand, and of an answer it reads what `readAnswers` does.
 */
import { connect, type Socket } from 'node:net'
import { readAnswers, type Answer } from './answer.ts'
import { Received } from './received.ts'

interface Waiting {
  resolve(answer: Answer): void
  reject(error: Error): void
}

export class Connection {
  readonly #socket: Socket
  readonly #received = new Received()
  readonly #answers = readAnswers(this.#received)
  #waiting: Waiting | undefined
  #ended: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', error => this.#end(error))
    socket.on('close', () => this.#end(new Error('the server closed the connection')))
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  /** Sends a whole request, head and body, in one piece or several. Never two at once. */
  request(...pieces: readonly Uint8Array[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      this.#waiting = { resolve, reject }
      for (const piece of pieces) this.#socket.write(piece)
    })
  }

  /** @param why what a request that waits is told */
  close(why = 'the connection was closed'): void {
    this.#end(new Error(why))
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    try {
      const { value: answer } = this.#answers.next()
      if (answer === undefined) return
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.resolve(answer)
    } catch (error) {
      this.#end(error as Error)
    }
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#waiting?.reject(this.#ended)
    this.#waiting = undefined
    this.#socket.destroy()
  }
}

export const postMessage = (port: number, path: string, contentType: string, body: Uint8Array): Buffer =>
  Buffer.concat([postHead(port, path, contentType, body.length), body])

export function postHead(port: number, path: string, contentType: string, bodyBytes: number): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: ${contentType}\r\n` +
    `content-length: ${bodyBytes}\r\n\r\n`
  return Buffer.from(head, 'latin1')
}

export function getMessage(port: number, path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`, 'latin1')
}

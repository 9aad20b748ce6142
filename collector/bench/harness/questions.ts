/**
 * Questions to the collector's API, and how long their answers take.
 */
import { Connection, getMessage } from './connection.ts'
import { quantile, type Figure } from './figure.ts'

const TIMES = 20
const WARM_UP = 2

export class Questions {
  readonly #connection: Connection
  readonly #port: number

  private constructor(connection: Connection, port: number) {
    this.#connection = connection
    this.#port = port
  }

  static async open(port: number): Promise<Questions> {
    return new Questions(await Connection.open(port), port)
  }

  /** @throws with the answer's text when it is not 200 */
  async once<Answer>(path: string): Promise<Answer> {
    const { status, body } = await this.#connection.request(getMessage(this.#port, path))
    if (status !== 200) throw new Error(`${path}: ${status} ${body.toString()}`)
    return JSON.parse(body.toString()) as Answer
  }

  /**
   * Milliseconds of each of the askings behind the warm-up. Every answer must be whole and have
   * at least `least` rows (none at all for 0), so that a fast wrong answer does not count.
   */
  async repeatedly(path: string, least: number): Promise<number[]> {
    const took: number[] = []
    for (let time = 0; time < WARM_UP + TIMES; time++) {
      const began = performance.now()
      const { traces, logs, partial } = await this.once<{
        traces?: unknown[]
        logs?: unknown[]
        partial: unknown[]
      }>(path)
      if (time >= WARM_UP) took.push(performance.now() - began)
      const rows = (traces ?? logs ?? []).length
      if (partial.length > 0 || rows < least || (least === 0 && rows > 0))
        throw new Error(`${path}: ${rows} rows, ${partial.length} parts missing`)
    }
    return took
  }

  close(): void {
    this.#connection.close()
  }
}

/** The median against the bar, and the slowest. */
export function waitFigures(what: string, took: readonly number[], atMost: number): Figure[] {
  return [
    { name: what, value: quantile(took, 0.5), unit: 'ms', bar: { atMost } },
    { name: `${what}: slowest of ${took.length}`, value: Math.max(...took), unit: 'ms' },
  ]
}

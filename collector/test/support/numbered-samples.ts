/**
 * Samples of which each carries a number that no other has, by remote-write and as data points of OTLP:
 * the value of each is its number, and so is its time. And which numbers a data folder holds.
 */
import { writeRequest } from '../metrics/write.ts'
import { gauge, metricsRequest, numberPoint } from '../metrics/otlp.ts'
import { unixMillis } from '../../src/model/time.ts'
import { SharedCells } from '../../src/store/shared-cells.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { patient } from '../conformance/scene.ts'

/** A number's own time: 2023-11-14 and so many milliseconds. */
const EPOCH = 1_700_000_000_000
const NAMES = { samples: 'crash_written', metrics: 'crash_sent' } as const

export type MetricKind = keyof typeof NAMES

/** Of a folder that no collector has open. @throws Error where an answer would be partial */
export function heldNumbers(folder: string): Record<MetricKind, Set<number>> {
  const reader = openReader({ folder, cells: new SharedCells().memory })
  const snapshot = reader.snapshot()
  try {
    const view = snapshot.metrics(patient)
    const numbersOf = (name: string): Set<number> => {
      const matchers = [{ name: '__name__', op: '=', value: name }] as const
      const all = view.select({ matchers, from: unixMillis(-Infinity), to: unixMillis(Infinity) })
      return new Set(
        all.flatMap(({ times, values }) =>
          [...values].map((value, i) => (times[i] === EPOCH + value ? value : -1)),
        ),
      )
    }
    const held = { samples: numbersOf(NAMES.samples), metrics: numbersOf(NAMES.metrics) }
    if (snapshot.partial.length > 0)
      throw new Error(`the answer is partial: ${JSON.stringify(snapshot.partial)}`)
    return held
  } finally {
    snapshot.release()
    reader.close()
  }
}

/** Each tenth number is of one series: some grow, and there are always new ones. */
const seriesOf = (number: number): string => `${number % 10}-${Math.floor(number / 5_000)}`

/** A remote-write request, not compressed. */
export const writtenNumbers = (numbers: readonly number[]): Uint8Array =>
  new Uint8Array(
    writeRequest(
      ...numbers.map(number => ({
        labels: { __name__: NAMES.samples, series: seriesOf(number) },
        samples: [[EPOCH + number, number]] as const,
      })),
    ),
  )

/** An OTLP request. */
export const sentNumbers = (numbers: readonly number[]): Uint8Array =>
  metricsRequest([
    gauge(
      NAMES.metrics,
      numbers.map(number =>
        numberPoint({ time: EPOCH + number, value: number, attributes: { series: seriesOf(number) } }),
      ),
    ),
  ])

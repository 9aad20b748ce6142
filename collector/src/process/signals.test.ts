import { expect, it } from 'vitest'
import { millis } from '../model/time.ts'
import { stopOnSignals } from './signals.ts'

/** A process of which the exit codes are written down, and whose stop is settled by hand. */
function process() {
  let now = 0
  let signalled: (signal: NodeJS.Signals) => void = () => undefined
  const exits: number[] = []
  const errors: unknown[] = []
  const stops: string[] = []
  const stopping = Promise.withResolvers<void>()
  stopOnSignals(
    {
      stop: signal => {
        stops.push(signal)
        return stopping.promise
      },
      onError: error => errors.push(error),
      exit: code => exits.push(code),
      clock: { monotonic: () => millis(now) },
    },
    (_, handler) => {
      signalled = handler
    },
  )
  const signal = (name: NodeJS.Signals, at: number) => {
    now = at
    signalled(name)
  }
  return { signal, exits, errors, stops, stopping }
}

it('stops once and exits 0', async () => {
  const { signal, exits, stops, stopping } = process()
  signal('SIGTERM', 0)
  expect([stops, exits]).toEqual([['SIGTERM'], []])
  stopping.resolve()
  await expect.poll(() => exits).toEqual([0])
})

it('exits 1 with the reason when stopping fails', async () => {
  const { signal, exits, errors, stopping } = process()
  signal('SIGTERM', 0)
  stopping.reject(new Error('disk'))
  await expect.poll(() => exits).toEqual([1])
  expect(errors).toEqual([new Error('disk')])
})

it('takes a copy of the same key press for what it is', () => {
  const { signal, exits, stops } = process()
  signal('SIGINT', 0)
  signal('SIGINT', 3)
  expect([stops, exits]).toEqual([['SIGINT'], []])
})

it('ends at once on a second signal', () => {
  const { signal, exits } = process()
  signal('SIGTERM', 0)
  signal('SIGINT', 501)
  signal('SIGTERM', 502)
  expect(exits).toEqual([130, 143])
})

import { expect, it } from 'vitest'
import { HandClock, MINUTE, SECOND } from '../../test/alert/simulation.ts'
import { Heartbeat } from './heartbeat.ts'
import type { Answer } from './transport.ts'

const clock = new HandClock()
const beats: { url: string; body: string }[] = []
const complaints: string[] = []
let answer: Answer = { status: 200, retryAfter: undefined }
const heartbeat = new Heartbeat({
  url: 'http://watch.test/ping',
  clock,
  transport: ({ url, body }) => {
    beats.push({ url, body })
    return Promise.resolve(answer)
  },
  onRefused: why => complaints.push(why),
})

async function rounds(seconds: number): Promise<number> {
  const before = beats.length
  for (let i = 0; i < seconds; i++) {
    heartbeat.beat()
    await Promise.resolve()
    clock.pass(SECOND)
  }
  return beats.length - before
}

it('beats with the first round and once a minute, however often rounds are', async () => {
  expect(await rounds(1)).toBe(1)
  expect(beats).toEqual([
    { url: 'http://watch.test/ping', body: '{"status":"alive","at":"2026-01-01T00:00:00.000Z"}' },
  ])
  expect(await rounds(59)).toBe(0)
  expect(await rounds(180)).toBe(3)
})

it('does not beat while no round goes well, whatever the clock on the wall says', async () => {
  clock.pass(10 * MINUTE)
  expect(beats).toHaveLength(4)
  expect(await rounds(1)).toBe(1)
  clock.wall += 10 * MINUTE
  expect(await rounds(59)).toBe(0)
})

it('complains once when it is not taken, and anew after one that was', async () => {
  const turns: readonly Answer[] = [
    { status: 500, retryAfter: undefined },
    { failure: 'the connection was refused' },
    { status: 204, retryAfter: undefined },
    { failure: 'the connection was refused' },
  ]
  for (answer of turns) await rounds(60)
  expect(complaints).toEqual(['answered 500', 'the connection was refused'])
})

/** The host passes what it likes: nothing is thrown, nothing is polluted, what arrives is valid, the books balance. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtAgent, run } from './support/app.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.spans.length = 0
  receiver.logs.length = 0
})

interface Seen {
  values: number
  entries: number
  calls: number
  threw: string[]
  polluted: unknown
}

describe('the OpenTelemetry API', () => {
  const seed = String(Date.now() % 1_000_000)

  it(`throws for no value at no entry (seed ${seed})`, { timeout: 180_000 }, async () => {
    const { code, stdout, stderr } = await run('hostile-api.cjs', {
      env: { HODOSCOPE_URL: receiver.url, SEED: seed },
    }).exit
    const seen = JSON.parse(/^SEEN (.*)$/m.exec(stdout)![1]!) as Seen
    expect(seen).toMatchObject({ threw: [], polluted: null })
    expect(seen.values).toBeGreaterThanOrEqual(50)
    expect(seen.calls).toBeGreaterThan(10_000 + seen.values * seen.entries - 1)
    // The receiver parses every body; none was refused, and every record could be written.
    expect({ code, dropped: /dropped \((?!exit)/.test(stderr) }).toEqual({ code: 0, dropped: false })
    expect(receiver.spans.length).toBeGreaterThan(500)
    expect(receiver.logs.length).toBeGreaterThan(500)
  })
})

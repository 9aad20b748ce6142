/** Remote-write requests that a real Prometheus sent, replayed: stored as they were sent, byte by byte. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { collector, given, PATH } from './write-receiver.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; captures of Prometheus are not replayed')

describe.skipIf(fixtures === undefined)('requests of a real Prometheus', () => {
  const folders = fixtures === undefined ? [] : ['prom-am-real-captures', 'otlp-real-captures']
  const captures = folders.flatMap(folder =>
    readdirSync(join(fixtures!, folder))
      .filter(file => file.endsWith('api_v1_write.body'))
      .map(file => ({ name: `${folder}/${file}`, body: readFileSync(join(fixtures!, folder, file)) })),
  )
  it('there are some', () => expect(captures.length).toBeGreaterThan(8))
  it.each(captures)('$name is taken whole', async ({ name, body }) => {
    const answer = await collector.post(PATH, 'application/x-protobuf', body, {
      'content-encoding': 'snappy',
    })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    const plain = snappy.uncompress(new Uint8Array(body))
    // Prometheus sorts its labels, so nothing is odd and what is stored is what was sent, byte by byte.
    if (name.startsWith('prom')) expect(Buffer.from(collector.appended[0]!.body).equals(plain)).toBe(true)
    expect(given().length).toBeGreaterThan(0)
  })
})

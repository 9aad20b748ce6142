/** The rounds of alerting over simulated time: nothing lost, nothing twice, nothing out of order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addSilence } from '../../src/alert/silences.ts'
import { parseMatcher } from '../../src/alert/labels.ts'
import { millis } from '../../src/model/time.ts'
import { down, HOUR, MINUTE, ok, receiver, route, SECOND, Simulation, type Sent } from './simulation.ts'

let sim: Simulation
beforeEach(() => (sim = new Simulation()))
afterEach(() => sim.end())

const told = ({ message }: Sent) =>
  message.alerts.map(({ status, labels }) => `${status} ${labels['alertname']}`)
const after = (since: number) => sim.sent.filter(({ at }) => at >= since)

describe('a page', () => {
  it('leaves in the round that finds it, and its end with the next message of its group', async () => {
    sim.verdicts.set('pay', 'calm')
    await sim.pass(30 * SECOND)
    const burns = sim.clock.wall
    sim.verdicts.set('pay', 'burning')
    await sim.pass(2 * MINUTE)
    expect(sim.sent.map(told)).toEqual([['firing pay']])
    expect(sim.sent[0]!.at - burns).toBeLessThanOrEqual(20 * SECOND)
    expect(sim.sent[0]!.message.notification_reason).toBe('first notification')
    sim.verdicts.set('pay', 'calm')
    await sim.pass(2 * MINUTE)
    expect(sim.sent.map(told)).toEqual([['firing pay'], ['resolved pay']])
    expect(sim.sent[1]!.message.alerts[0]!.annotations).toEqual({ value: 'x', value_at_resolve: 'x' })
    await sim.pass(30 * MINUTE, 15 * SECOND)
    expect(sim.sent).toHaveLength(2)
  })

  it('is told again after the repeat interval, under another id', async () => {
    sim.verdicts.set('pay', 'burning')
    await sim.pass(5 * HOUR, 15 * SECOND)
    expect(sim.sent.map(({ message }) => message.notification_reason)).toEqual([
      'first notification',
      'repeat interval elapsed',
    ])
    expect(new Set(sim.sent.map(({ id }) => id)).size).toBe(2)
  })

  it('does not end while data is missing or the short window is empty', async () => {
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    for (const verdict of ['no_data', 'hold', 'no_data'] as const) {
      sim.verdicts.set('pay', verdict)
      await sim.pass(10 * MINUTE, 15 * SECOND)
    }
    expect(sim.states()).toEqual({ pay: 'firing' })
    expect(sim.sent).toHaveLength(1)
  })

  it('does not begin while data is missing', async () => {
    sim.timing = { forMillis: millis(MINUTE), keepFiringMillis: millis(0) }
    sim.verdicts.set('pay', 'burning')
    await sim.pass(30 * SECOND)
    sim.verdicts.set('pay', 'no_data')
    await sim.pass(10 * MINUTE, 15 * SECOND)
    expect(sim.states()).toEqual({ pay: 'pending' })
    expect(sim.sent).toEqual([])
  })
})

describe('for and keep_firing_for (A5, A10)', () => {
  it('fires at the first evaluation at which for has passed', async () => {
    sim.timing = { forMillis: millis(40 * SECOND), keepFiringMillis: millis(0) }
    sim.verdicts.set('pay', 'burning')
    const begun = sim.clock.wall
    await sim.pass(2 * MINUTE)
    expect(sim.sent[0]!.at - begun).toBe(45 * SECOND)
  })

  it('shorter than the interval fires at the next evaluation', async () => {
    sim.timing = { forMillis: millis(SECOND), keepFiringMillis: millis(0) }
    sim.verdicts.set('pay', 'burning')
    const begun = sim.clock.wall
    await sim.pass(MINUTE)
    expect(sim.sent[0]!.at - begun).toBe(15 * SECOND)
  })

  it('begins anew after one calm evaluation', async () => {
    sim.timing = { forMillis: millis(60 * SECOND), keepFiringMillis: millis(0) }
    for (const verdict of ['burning', 'calm', 'burning'] as const) {
      sim.verdicts.set('pay', verdict)
      await sim.pass(45 * SECOND)
    }
    expect(sim.sent).toEqual([])
    expect(sim.states()).toEqual({ pay: 'pending' })
  })

  it('is not reset by a restart', async () => {
    sim.timing = { forMillis: millis(10 * MINUTE), keepFiringMillis: millis(0) }
    const begun = sim.clock.wall
    sim.verdicts.set('pay', 'burning')
    await sim.pass(5 * MINUTE)
    sim.restart(MINUTE)
    await sim.pass(5 * MINUTE)
    expect(sim.sent[0]!.at - begun).toBe(10 * MINUTE)
  })

  it('a firing alert is not told of twice because of a restart', async () => {
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    sim.restart(MINUTE)
    await sim.pass(10 * MINUTE)
    expect(sim.sent).toHaveLength(1)
  })

  it('what cleared while nobody looked is told as resolved', async () => {
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    sim.verdicts.set('pay', 'calm')
    sim.restart(3 * HOUR)
    await sim.pass(2 * MINUTE)
    expect(sim.sent.map(told)).toEqual([['firing pay'], ['resolved pay']])
  })

  it('what was taken away with its rule is told as resolved', async () => {
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    sim.verdicts.clear()
    await sim.pass(2 * MINUTE)
    expect(sim.sent.map(told)).toEqual([['firing pay'], ['resolved pay']])
  })

  it('keeps firing for a while, also over a restart', async () => {
    sim.timing = { forMillis: millis(0), keepFiringMillis: millis(5 * MINUTE) }
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    const calm = sim.clock.wall
    sim.verdicts.set('pay', 'calm')
    await sim.pass(2 * MINUTE)
    sim.restart()
    await sim.pass(6 * MINUTE)
    expect(sim.sent.map(told)).toEqual([['firing pay'], ['resolved pay']])
    expect(Date.parse(sim.sent[1]!.message.alerts[0]!.endsAt) - calm).toBeGreaterThanOrEqual(5 * MINUTE)
  })
})

describe('a clock that jumps', () => {
  it.each([2 * HOUR, -2 * HOUR])('by %i ms fires and resolves nothing by itself', async jump => {
    sim.timing = { forMillis: millis(30 * MINUTE), keepFiringMillis: millis(30 * MINUTE) }
    sim.verdicts.set('pending', 'burning')
    await sim.pass(5 * MINUTE)
    sim.clock.wall += jump
    await sim.pass(5 * MINUTE)
    expect(sim.states()).toEqual({ pending: 'pending' })
    await sim.pass(21 * MINUTE, 5 * SECOND)
    expect(sim.states()).toEqual({ pending: 'firing' })
    sim.verdicts.set('pending', 'calm')
    await sim.pass(5 * MINUTE)
    sim.clock.wall += jump
    await sim.pass(5 * MINUTE)
    expect(sim.states()).toEqual({ pending: 'firing' })
  })
})

describe('an evaluator that stalls (A7)', () => {
  it('tells of itself, once, and when it is over', async () => {
    await sim.pass(MINUTE)
    sim.clock.pass(5 * MINUTE)
    await sim.pass(10 * MINUTE)
    expect(sim.sent.map(told)).toEqual([
      ['firing HodoscopeEvaluationStalled'],
      ['resolved HodoscopeEvaluationStalled'],
    ])
  })

  it('does not for a round that is a little late', async () => {
    await sim.pass(MINUTE)
    sim.clock.pass(14 * SECOND)
    await sim.pass(5 * MINUTE)
    expect(sim.sent).toEqual([])
  })
})

describe('a receiver that is away for 72 hours (A1)', () => {
  it('loses no transition of 100 alerts, gets them in order, and knows the newest state within 60 s', async () => {
    sim.routing = {
      receivers: [receiver('hook')],
      routes: [route({ receiver: 'hook', groupBy: ['alertname'] })],
    }
    sim.answer = () => down
    let seed = 7
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    const fired = new Map<string, number>()
    for (let n = 0; n < 100; n++) sim.verdicts.set(`alert${n}@page#group${n % 10}`, 'calm')
    // Each quarter of an hour a tenth of them changes.
    for (let quarter = 0; quarter < 72 * 4; quarter++) {
      for (const [name, verdict] of sim.verdicts)
        if (random() < 0.1) {
          sim.verdicts.set(name, verdict === 'burning' ? 'calm' : 'burning')
          const alertname = name.split('@')[0]!
          if (verdict === 'calm') fired.set(alertname, (fired.get(alertname) ?? 0) + 1)
        }
      await sim.pass(15 * MINUTE, 15 * SECOND * 15)
    }
    expect(sim.sent).toEqual([])
    sim.answer = () => ok
    const back = sim.clock.wall
    await sim.pass(60 * SECOND)
    const episodes = new Map<string, Set<string>>()
    const newest = new Map<string, string>()
    const highest = new Map<string, number>()
    for (const { message } of sim.sent)
      for (const { status, labels, startsAt, sequence } of message.alerts) {
        const name = labels['alertname']!
        if (!name.startsWith('alert')) continue
        episodes.set(name, (episodes.get(name) ?? new Set()).add(startsAt))
        newest.set(name, status)
        // No message about an alert is older than the one before.
        const top = Math.max(
          ...message.alerts.filter(alert => alert.labels['alertname'] === name).map(alert => alert.sequence),
        )
        expect(top).toBeGreaterThanOrEqual(highest.get(name) ?? 0)
        highest.set(name, Math.max(highest.get(name) ?? 0, sequence))
      }
    expect(sim.sent.every(({ at }) => at - back <= 60 * SECOND)).toBe(true)
    expect(Object.fromEntries([...episodes].map(([name, starts]) => [name, starts.size]))).toEqual(
      Object.fromEntries(fired),
    )
    for (const [key, verdict] of sim.verdicts) {
      const name = key.split('@')[0]!
      const expected = verdict === 'burning' ? 'firing' : 'resolved'
      if (fired.has(name)) expect([name, newest.get(name)]).toEqual([name, expected])
    }
  }, 60_000)

  it('is sent the same body under the same id with each attempt', async () => {
    const attempts: [string, string][] = []
    sim.end()
    sim = new Simulation({
      transport: async ({ headers, body }) => {
        attempts.push([headers['webhook-id']!, body])
        return down
      },
    })
    sim.verdicts.set('pay', 'burning')
    await sim.pass(10 * MINUTE)
    expect(attempts.length).toBeGreaterThan(10)
    expect(new Set(attempts.map(attempt => attempt.join()))).toHaveProperty('size', 1)
  })
})

describe('what a receiver answers (A3)', () => {
  const row = () =>
    (sim.catalogue.one('deliveries', 1e9, 1) as
      { state: string; attempts: number; lastStatus: number | null; nextAttemptAt: number } | undefined)!
  const answers = async (status: number, seconds = 60) => {
    sim.answer = () => ({ status, retryAfter: undefined })
    sim.verdicts.set('pay', 'burning')
    await sim.pass(seconds * SECOND)
    return row()
  }

  it.each([200, 201, 204])('%i takes it', async status => {
    expect(await answers(status)).toMatchObject({ state: 'delivered', attempts: 1, lastStatus: status })
  })

  it.each([408, 429, 500, 502, 503, 504])('%i is tried again within seconds', async status => {
    const { state, attempts } = await answers(status)
    expect(state).toBe('pending')
    expect(attempts).toBeGreaterThanOrEqual(4)
  })

  it.each([301, 302, 307, 400, 401, 404, 413])(
    '%i is tried again on the long schedule, and shown',
    async status => {
      expect(await answers(status)).toMatchObject({ state: 'pending', attempts: 2, lastStatus: status })
    },
  )

  it('410 disables the receiver', async () => {
    expect(await answers(410)).toMatchObject({ state: 'dead', attempts: 1 })
    expect(sim.engine.disabled).toEqual(new Set(['hook']))
  })

  it('Retry-After is waited for, but not longer than 45 s while an alert fires', async () => {
    sim.answer = () => ({ status: 429, retryAfter: '3600' })
    sim.verdicts.set('pay', 'burning')
    await sim.pass(SECOND)
    expect(row().nextAttemptAt - sim.clock.wall).toBeLessThanOrEqual(45 * SECOND)
    expect(row().nextAttemptAt - sim.clock.wall).toBeGreaterThan(40 * SECOND)
  })
})

describe('one dead receiver among twenty (A4)', () => {
  it('holds up nobody', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `hook${i}`)
    sim.routing = { receivers: names.map(name => receiver(name)), routes: [] }
    sim.answer = name => (name === 'hook7' ? down : ok)
    for (let n = 0; n < 10; n++) sim.verdicts.set(`alert${n}`, 'burning')
    const begun = sim.clock.wall
    await sim.pass(20 * SECOND)
    const reached = new Set(sim.sent.map(message => message.receiver))
    expect(reached).toEqual(new Set(names.filter(name => name !== 'hook7')))
    expect(sim.sent.filter(({ receiver: name }) => name === 'hook3')).toHaveLength(10)
    expect(Math.max(...sim.sent.map(({ at }) => at - begun))).toBeLessThanOrEqual(15 * SECOND)
  })
})

describe('grouping, silences and inhibition (A6)', () => {
  it('tells of a group that flaps at most once an interval', async () => {
    sim.routing = {
      receivers: [receiver('hook')],
      routes: [route({ receiver: 'hook', groupBy: ['severity'], groupInterval: '5m' })],
    }
    for (let round = 0; round < 60; round++) {
      sim.verdicts.set(`alert${round % 3}`, round % 2 === 0 ? 'burning' : 'calm')
      await sim.pass(30 * SECOND)
    }
    const gaps = sim.sent.slice(1).map(({ at }, i) => at - sim.sent[i]!.at)
    expect(sim.sent.length).toBeGreaterThan(3)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * MINUTE)
  })

  it('sends 10,000 alerts at once in one message of at most 20 kB that counts the others', async () => {
    sim.routing = {
      receivers: [receiver('hook')],
      routes: [route({ receiver: 'hook', groupBy: ['severity'] })],
    }
    for (let n = 0; n < 10_000; n++) sim.verdicts.set(`alert${n}`, 'burning')
    await sim.pass(SECOND)
    expect(sim.sent).toHaveLength(1)
    const { body, message } = sim.sent[0]!
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000)
    expect(message.alerts.length).toBeGreaterThan(20)
    expect(message.alerts.length + message.truncatedAlerts).toBe(10_000)
  }, 30_000)

  it('lets a ticket wait for more, and a page not', async () => {
    const begun = sim.clock.wall
    sim.verdicts.set('disk@ticket', 'burning').set('pay@page', 'burning')
    await sim.pass(MINUTE)
    expect(sim.sent.map(({ at, ...rest }) => [at - begun, ...told({ at, ...rest })])).toEqual([
      [0, 'firing pay'],
      [30 * SECOND, 'firing disk'],
    ])
  })

  it('tells a receiver that is made while an alert fires, once, and nobody twice', async () => {
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    expect(sim.sent.map(({ receiver }) => receiver)).toEqual(['hook'])
    sim.routing = { receivers: [receiver('hook'), receiver('late')], routes: [] }
    await sim.pass(20 * SECOND)
    const late = sim.sent.filter(message => message.receiver === 'late')
    expect(late.map(({ message }) => message.notification_reason)).toEqual(['first notification'])
    sim.routing = { ...sim.routing, routes: [route({ receiver: 'late' })] }
    await sim.pass(10 * MINUTE)
    sim.restart()
    await sim.pass(10 * MINUTE)
    expect(sim.sent).toHaveLength(2)
    // Whoever was told that it fires is told that it is over.
    sim.verdicts.set('pay', 'calm')
    await sim.pass(5 * MINUTE)
    expect(sim.sent.slice(2).map(({ receiver, message }) => `${receiver} ${message.status}`)).toEqual([
      'hook resolved',
      'late resolved',
    ])
  })

  it('tells a receiver that the configuration names since a restart', async () => {
    sim.routing = { receivers: [], routes: [] }
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    expect(sim.sent).toEqual([])
    sim.routing = { receivers: [receiver('hook')], routes: [] }
    sim.restart(MINUTE)
    await sim.pass(5 * SECOND)
    expect(sim.sent.map(told)).toEqual([['firing pay']])
  })

  it('goes by the labels of its routes', async () => {
    sim.routing = {
      receivers: [receiver('pager'), receiver('chat')],
      routes: [
        route({ receiver: 'pager', match: ['severity="page"'], continue: true }),
        route({ receiver: 'chat', match: ['slo=~"p.*"'] }),
      ],
    }
    sim.verdicts.set('pay', 'burning').set('cart@ticket', 'burning').set('pin@ticket', 'burning')
    await sim.pass(MINUTE)
    expect(new Set(sim.sent.map(message => [message.receiver, ...told(message)].join(' ')))).toEqual(
      new Set(['chat firing pay', 'chat firing pin', 'pager firing pay']),
    )
    expect(sim.sent).toHaveLength(3)
  })

  it('is quiet under a silence, and speaks when it ends while the alert still fires', async () => {
    addSilence(sim.catalogue, {
      matchers: [parseMatcher('alertname="pay"')!],
      startsAt: new Date(sim.clock.wall).toISOString(),
      endsAt: new Date(sim.clock.wall + 10 * MINUTE).toISOString(),
      createdBy: '',
      comment: '',
    })
    sim.verdicts.set('pay', 'burning').set('cart', 'burning')
    await sim.pass(9 * MINUTE, 5 * SECOND)
    expect(sim.sent.map(told)).toEqual([['firing cart']])
    const later = sim.clock.wall
    await sim.pass(3 * MINUTE, 5 * SECOND)
    expect(after(later).map(told)).toEqual([['firing pay']])
  })

  it('a page keeps the ticket of the same objective quiet', async () => {
    sim.verdicts
      .set('slow@ticket#pay', 'burning')
      .set('fast@page#pay', 'burning')
      .set('slow@ticket#cart', 'burning')
    await sim.pass(3 * MINUTE)
    expect(
      sim.sent.map(({ message }) =>
        message.alerts.map(({ labels }) => `${labels['severity']} ${labels['slo']}`),
      ),
    ).toEqual([['page pay'], ['ticket cart']])
    sim.verdicts.set('fast@page#pay', 'calm')
    await sim.pass(3 * MINUTE)
    expect(sim.sent.at(-1)!.message.alerts[0]!.labels).toMatchObject({ severity: 'ticket', slo: 'pay' })
  })

  it('does not tell of ends where that is not wanted', async () => {
    sim.routing = { receivers: [receiver('hook', { sendResolved: false })], routes: [] }
    sim.verdicts.set('pay', 'burning')
    await sim.pass(MINUTE)
    sim.verdicts.set('pay', 'calm')
    await sim.pass(5 * MINUTE)
    expect(sim.sent.map(told)).toEqual([['firing pay']])
  })
})

describe('what else is known of an alert', () => {
  it('stands in its first message when it is found in time', async () => {
    sim.end()
    sim = new Simulation({ enrich: async () => ({ trace_1: 'http://hodoscope.test/traces/1' }) })
    sim.verdicts.set('pay', 'burning')
    await sim.pass(5 * SECOND)
    expect(sim.sent[0]!.message.alerts[0]!.annotations).toEqual({
      value: 'x',
      trace_1: 'http://hodoscope.test/traces/1',
    })
  })

  it('is not waited for longer than 3 s', async () => {
    sim.end()
    sim = new Simulation({ enrich: () => new Promise(() => {}) })
    const begun = sim.clock.wall
    sim.verdicts.set('pay', 'burning')
    await sim.pass(10 * SECOND)
    expect(sim.sent[0]!.at - begun).toBeLessThanOrEqual(4 * SECOND)
  })
})

/**
 * Who is told what, over the real thing: objectives in a folder that somebody edits, routes by label,
 * the deploy that came before, and the heartbeat that says that anybody would be told at all.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StatusAnswer } from '../../src/serve/api-types.ts'
import { SlosAnswer } from '../../src/serve/desk-answers.ts'
import { messageOf, startAlerting, type Alerting } from '../support/alerting.ts'
import { openSlo, tellSpans } from '../support/objectives.ts'

/** A page leaves within 20 s; a busy machine takes longer. */
const PATIENCE = { timeout: 60_000, interval: 50 }
const eventually = <T>(read: () => T) => expect.poll(read, PATIENCE)

let alerting: Alerting
const slos = (name: string): string => join(alerting.folder, 'slos', name)

/** As editors do that take care: nobody sees half of it. */
function write(name: string, text: string): void {
  writeFileSync(join(alerting.folder, 'next'), text)
  renameSync(join(alerting.folder, 'next'), slos(name))
}
async function standing() {
  const answer = await fetch(`${alerting.collector.url}/api/slos`)
  return SlosAnswer.parse(await answer.json())
}
const targets = async () =>
  Object.fromEntries((await standing()).objectives.map(({ name, target }) => [name, target]))

beforeAll(async () => {
  alerting = await startAlerting((hook, folder) => {
    mkdirSync(join(folder, 'slos'))
    return {
      slos: { folder: 'slos' },
      alerts: {
        heartbeatUrl: `${hook}/beat`,
        receivers: [
          { name: 'money', url: `${hook}/money` },
          { name: 'shop', url: `${hook}/shop` },
          { name: 'rest', url: `${hook}/rest` },
        ],
        routes: [
          { receiver: 'money', match: ['team="money"'], groupInterval: '1s', labels: { tier: 'gold' } },
          { receiver: 'shop', match: ['team=~"shop|web"', 'severity="page"'], groupInterval: '1s' },
          { receiver: 'rest' },
        ],
      },
    }
  })
}, 60_000)
afterAll(() => alerting.end(), 60_000)

const TIMEOUT = { timeout: 90_000 }

it('the heartbeat is heard from the start', TIMEOUT, async () => {
  const beats = () => alerting.received.filter(({ path }) => path === '/beat')
  await eventually(() => beats().length).toBeGreaterThan(0)
  const { status, at } = JSON.parse(beats()[0]!.body) as { status: string; at: string }
  expect(status).toBe('alive')
  expect(Math.abs(Date.parse(at) - beats()[0]!.at)).toBeLessThan(5_000)
  const answer = await fetch(`${alerting.collector.url}/api/status`)
  expect(((await answer.json()) as StatusAnswer).alerts).toEqual({ state: 'running', restarts: 0 })
})

describe('a folder of objectives', () => {
  it('is watched: a file that is added or changed is in force within seconds', TIMEOUT, async () => {
    expect(await targets()).toEqual({})
    write('pay.yaml', openSlo({ name: 'pay', service: 'payment', labels: { team: 'money' } }))
    await eventually(targets).toEqual({ pay: '0.999' })
    write('cart.yaml', openSlo({ name: 'cart', labels: { team: 'web' }, target: '0.9' }))
    await eventually(targets).toEqual({ cart: '0.9', pay: '0.999' })
    write('cart.yaml', openSlo({ name: 'cart', labels: { team: 'web' }, target: '0.99' }))
    await eventually(targets).toEqual({ cart: '0.99', pay: '0.999' })
  })

  it(
    'tells a fault by file and field, and goes on with what was sound, after a restart too',
    TIMEOUT,
    async () => {
      write(
        'pay.yaml',
        openSlo({ name: 'pay', service: 'payment', labels: { team: 'money' }, target: '99.9' }),
      )
      const faulty = async () => (await standing()).faulty
      const told = [
        {
          name: 'pay',
          file: 'pay.yaml',
          inForce: true,
          problems: [
            {
              object: 'SLO/pay',
              field: 'spec.objectives[0].target',
              message: 'expected a decimal above 0 and below 1, such as 0.999, got 99.9',
            },
          ],
        },
      ]
      await eventually(faulty).toEqual(told)
      await alerting.restart()
      expect(await faulty()).toEqual(told)
      expect(await targets()).toEqual({ cart: '0.99', pay: '0.999' })
      expect(alerting.collector.output.join('\n')).toContain(
        'slos: pay.yaml: spec.objectives[0].target: expected',
      )
      write('pay.yaml', 'kind: [')
      await eventually(async () => (await standing()).problems).toMatchObject([
        { file: 'pay.yaml', object: 'document 1', message: expect.stringContaining('at line 1, column 8') },
      ])
      expect(await targets()).toEqual({ cart: '0.99', pay: '0.999' })
      write('pay.yaml', openSlo({ name: 'pay', service: 'payment', labels: { team: 'money' } }))
      await eventually(async () => (await standing()).problems).toEqual([])
    },
  )
})

describe('services that fail', () => {
  it('are told of to whom their labels lead, with the deploy that came before', TIMEOUT, async () => {
    const tell = (service: string, version: string, bad: number) =>
      tellSpans(alerting.collector.url, { service, version, count: 40, bad })
    for (const service of ['payment', 'cart']) await tell(service, '1.0', 0)
    const deployed = Date.now()
    await tell('payment', '1.1', 40)
    await tell('cart', '1.0', 40)
    const told = (path: string) => alerting.received.filter(one => one.path === path).map(messageOf)
    await eventually(() => [told('/money').length, told('/shop').length].map(count => count > 0)).toEqual([
      true,
      true,
    ])
    const [money, shop] = [told('/money')[0]!, told('/shop')[0]!]
    expect(money.routeLabels).toEqual({ tier: 'gold' })
    expect(money.alerts[0]!.labels).toMatchObject({ slo: 'pay', service: 'payment', team: 'money' })
    const [, version, at] =
      /^payment (\S+) at (\S+)$/.exec(money.alerts[0]!.annotations['last_deploy'] ?? '') ?? []
    expect(version).toBe('1.1')
    // Spans are told as having begun 2 s before.
    expect(Math.abs(Date.parse(at!) - (deployed - 2_000))).toBeLessThan(5_000)
    expect(shop.routeLabels).toEqual({})
    expect(shop.alerts[0]!.labels).toMatchObject({ slo: 'cart', team: 'web', severity: 'page' })
    // The version that a service is first seen with is no deploy.
    expect(shop.alerts[0]!.annotations).not.toHaveProperty('last_deploy')
    const sloOf = (path: string) =>
      new Set(told(path).flatMap(({ alerts }) => alerts.map(({ labels }) => labels['slo'])))
    expect([sloOf('/money'), sloOf('/shop')]).toEqual([new Set(['pay']), new Set(['cart'])])
  })

  it('are told of as resolved when the file of their objective is removed', TIMEOUT, async () => {
    rmSync(slos('pay.yaml'))
    await eventually(targets).toEqual({ cart: '0.99' })
    await eventually(() =>
      alerting.received
        .filter(({ path }) => path === '/money')
        .map(one => messageOf(one).status)
        .at(-1),
    ).toBe('resolved')
    expect(
      alerting.received.filter(({ path }) => path === '/shop').map(one => messageOf(one).status),
    ).not.toContain('resolved')
  })
})

/** Facets of a search, and the lines around one line. */
import { expect, it } from 'vitest'
import { all } from '../../../test/conformance/filters.ts'
import { logs } from '../../../test/conformance/request.ts'
import { patient, resource, Scene } from '../../../test/conformance/scene.ts'
import { snapshotOf } from '../../../test/query/snapshot.ts'
import { logContext } from './context.ts'
import { logFacets } from './facets.ts'

const scene = new Scene(0)

it('counts the values of each key among what matches, and tells of others', async () => {
  const log = (body: string, route: string, severityNumber: number) =>
    scene.log({ body, severityNumber, attributes: [{ key: 'route', value: route }] })
  const snapshot = await snapshotOf(
    logs(log('failed', '/a', 17), log('failed', '/a', 9), log('failed', '/b', 17), log('fine', '/c', 9)),
  )
  const facets = (q: string, limit: number) =>
    logFacets(
      snapshot,
      { q, range: scene.day, keys: ['severity', 'route', 'route', 'absent'], limit },
      patient,
    )
  expect(facets('failed', 1).facets).toEqual([
    { key: 'severity', values: [{ value: 'error', count: 2 }], more: true },
    { key: 'route', values: [{ value: '/a', count: 2 }], more: true },
    { key: 'absent', values: [], more: false },
  ])
  expect(facets('', 3).facets[1]!.values.map(({ value }) => value)).toEqual(['/a', '/b', '/c'])
})

const instance = (name: string, id: string) => {
  const { attributes, ...rest } = resource(name)
  return { ...rest, attributes: [...attributes, { key: 'service.instance.id', value: id }] }
}

async function context(before: number, after: number) {
  const of = (id: string) => (at: number, body: string) =>
    scene.log({ at, body, resource: instance('shop', id) })
  const [one, two] = [of('one'), of('two')]
  const other = scene.log({ at: 2, body: 'other service' })
  const snapshot = await snapshotOf(
    logs(one(1, 'a'), two(1, 'not mine'), one(2, 'b'), other, one(2, 'c'), one(3, 'd'), one(4, 'e')),
  )
  const line = snapshot.logsSince({ filter: all, limit: 10 }, patient).items.find(({ body }) => body === 'c')!
  const id = `${line.ordinal.sequence}-${line.ordinal.row}`
  return { snapshot, answer: logContext(snapshot, { id, before, after }, patient) }
}

it('gives the lines of the same instance around a line, oldest first', async () => {
  const { answer } = await context(5, 1)
  expect(answer.logs.map(log => log.body)).toEqual(['a', 'b', 'c', 'd'])
  expect([answer.index, answer.moreBefore, answer.moreAfter]).toEqual([2, false, true])
})

it('gives the line alone where nothing is asked around it', async () => {
  const { answer } = await context(0, 0)
  expect([answer.logs.map(log => log.body), answer.index]).toEqual([['c'], 0])
})

it('says that a line is not there, and that an id is none', async () => {
  const { snapshot } = await context(0, 0)
  const ask = (id: string) => () => logContext(snapshot, { id, before: 1, after: 1 }, patient)
  expect(ask('999-0')).toThrow(expect.objectContaining({ code: 'not_found' }))
  expect(ask('1-999')).toThrow(expect.objectContaining({ code: 'not_found' }))
  expect(ask('first')).toThrow(expect.objectContaining({ code: 'cursor_invalid' }))
})

/** graphql: the operation, with its resolvers below it. */
import { expect, it } from 'vitest'
import { inApp, names } from '../support/library.ts'
import { declares } from '../support/declares.ts'

declares({ library: 'graphql', seen: 'one span an operation, literals masked; resolvers below it' })

const env = () => ({})

inApp('graphql.cjs', env, ({ ask }) => {
  it('an operation is a span without the literals', async () => {
    const { body, below } = await ask('/query')
    expect(body).toEqual({ data: { order: '42 secret " 7' } })
    expect(names(below)).toEqual(['query'])
    expect(below[0]!.attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Find',
      'graphql.document': 'query Find { order(id: ?, name: ?) }',
      'correlation.id': below[0]!.traceId,
    })
  })

  it('of several the one that was chosen; resolvers run inside of it', async () => {
    const { body, below } = await ask('/chosen')
    expect(body).toEqual({ data: { where: below[0]!.spanId } })
    expect(below[0]!.attributes['graphql.operation.name']).toBe('B')
  })

  it('what a resolver throws is on the span, and in the answer', async () => {
    const { body, below } = await ask('/boom')
    expect(body).toMatchObject({
      data: { boom: null, order: '1 undefined' },
      errors: [{ message: 'no order' }],
    })
    expect(below).toMatchObject([
      { name: 'query', status: 2, events: [{ attributes: { 'exception.type': 'TypeError' } }] },
    ])
  })

  it('a result without a promise stays one', async () => {
    expect(await ask('/sync')).toMatchObject({
      body: { data: { order: '3 undefined' } },
      below: [{ status: 0 }],
    })
  })

  it('what is not valid is not executed', async () => {
    expect((await ask('/invalid')).below).toEqual([])
  })
})

inApp('graphql.mjs', env, ({ ask }) => {
  it('is traced when an ES module imports it', async () => {
    expect(await ask('/')).toMatchObject({ body: { data: { one: 1 } }, below: [{ name: 'query' }] })
  })
})

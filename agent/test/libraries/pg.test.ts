/** pg against PostgreSQL. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inApp, names } from '../support/library.ts'
import { startPostgres, type Server } from '../support/servers.ts'
import { declares } from '../support/declares.ts'

declares({ library: 'pg', against: 'PostgreSQL', seen: 'one span a query, literals masked' })
declares({ library: 'pg-pool', against: 'PostgreSQL', seen: 'who waits for a connection keeps its context' })

let server: Server
beforeAll(async () => void (server = await startPostgres()))
afterAll(() => server.stop())
const env = () => ({ PG_PORT: String(server.port) })

inApp('pg.cjs', env, ({ ask, spans }) => {
  it('a query with a promise is a span without the values', async () => {
    const { body, below } = await ask('/promise')
    expect(body).toEqual([{ a: 1, b: 'x' }])
    expect(names(below)).toEqual(['SELECT'])
    expect(below[0]!.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'db.query.text': 'select ? as a, ? as b where ? < $1',
      'db.query.summary': 'SELECT',
      'db.operation.name': 'SELECT',
      'db.response.returned_rows': 1,
      'server.address': '127.0.0.1',
      'server.port': server.port,
      'correlation.id': below[0]!.traceId,
    })
    expect(below[0]!.kind).toBe(3)
  })

  it('a callback runs in the context of its call', async () => {
    const { body, below } = await ask('/callback')
    expect(body).toEqual([[{ a: 1 }], true])
    expect(names(below)).toEqual(['SELECT'])
  })

  it('a query by its config, an object of the host, and one of a pool', async () => {
    expect(await ask('/config')).toMatchObject({ body: [[7]], below: [{ name: 'SELECT' }] })
    expect(await ask('/submittable')).toMatchObject({
      body: [1, 2, 3],
      below: [{ name: 'SELECT', status: 0 }],
    })
    expect(await ask('/pool')).toMatchObject({ body: [{ a: 2 }], below: [{ name: 'SELECT' }] })
  })

  it.each(['/bad', '/bad/callback'])('%s: the error tells why, and reaches the host', async path => {
    const { body, below } = await ask(path)
    expect(body).toEqual({ error: 'relation "nothing" does not exist', code: '42P01' })
    expect(below).toMatchObject([
      {
        name: 'SELECT nothing',
        status: 2,
        attributes: { 'error.type': '42P01', 'db.collection.name': 'nothing' },
        events: [{ attributes: { 'exception.message': 'relation "nothing" does not exist' } }],
      },
    ])
  })

  it('a rejection that nobody handles still is one', async () => {
    expect((await ask('/unhandled')).body).toEqual(['column "unhandled" does not exist'])
  })

  it('who waited for a connection goes on in its own context', async () => {
    const { body, below } = await ask('/pool/waits')
    expect(body).toEqual([true, true])
    expect(names(below)).toEqual(['first', 'second'])
    const queries = spans().filter(span => span.name === 'SELECT')
    expect(queries.map(span => span.parentSpanId)).toEqual(below.map(span => span.spanId))
  })

  it('what pg throws, and what the host throws into it, is thrown as without', async () => {
    expect((await ask('/throws')).body).toEqual({ error: 'Client was passed a null or undefined query' })
    expect((await ask('/hostile')).body).toEqual({ error: 'no text' })
  })
})

inApp('pg.mjs', env, ({ ask }) => {
  it('is traced when an ES module imports it', async () => {
    const { body, below } = await ask('/')
    expect(body).toEqual([true, [{ a: 1 }]])
    expect(names(below)).toEqual(['SELECT'])
  })
})

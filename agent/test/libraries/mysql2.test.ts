/** mysql2 against MariaDB. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inApp, names } from '../support/library.ts'
import { startMariadb, type Server } from '../support/servers.ts'
import { declares } from '../support/declares.ts'

declares({ library: 'mysql2', against: 'MariaDB', seen: 'one span a query or execution, literals masked' })

let server: Server
beforeAll(async () => void (server = await startMariadb()))
afterAll(() => server.stop())
const env = () => ({ MYSQL_PORT: String(server.port) })

inApp('mysql2.cjs', env, ({ ask }) => {
  it('a query with a promise is a span without the values', async () => {
    const { body, below } = await ask('/promise')
    expect(body).toEqual([{ a: 1, b: "it's" }])
    expect(below.map(span => span.attributes)).toEqual([
      {
        'db.system.name': 'mysql',
        'db.namespace': 'shop',
        'db.query.text': 'select ? as a, ? as b where ? < ?',
        'db.query.summary': 'SELECT',
        'db.operation.name': 'SELECT',
        'db.response.returned_rows': 1,
        'server.address': '127.0.0.1',
        'server.port': server.port,
        'correlation.id': below[0]!.traceId,
      },
    ])
  })

  it('a prepared execution is one span', async () => {
    expect(await ask('/execute')).toMatchObject({ body: [{ a: 'secret' }], below: [{ name: 'SELECT' }] })
  })

  it('a callback runs in the context of its call', async () => {
    expect(await ask('/callback')).toMatchObject({ body: [[{ a: 1 }], true], below: [{ name: 'SELECT' }] })
  })

  it('a query without a callback ends with its events', async () => {
    expect(await ask('/events')).toMatchObject({ body: [1, 2], below: [{ name: 'SELECT', status: 0 }] })
  })

  it.each(['/bad', '/bad/events', '/bad/execute'])(
    '%s: the error tells why, and reaches the host',
    async path => {
      const { body, below } = await ask(path)
      expect(body).toEqual({ error: "Table 'shop.nothing' doesn't exist", code: 'ER_NO_SUCH_TABLE' })
      expect(below).toMatchObject([
        {
          name: 'SELECT nothing',
          status: 2,
          attributes: { 'error.type': 'ER_NO_SUCH_TABLE', 'db.collection.name': 'nothing' },
          events: [{ attributes: { 'exception.message': "Table 'shop.nothing' doesn't exist" } }],
        },
      ])
    },
  )

  it('a pool, and who waits for its connection goes on in its own context', async () => {
    expect(await ask('/pool')).toMatchObject({ body: [{ a: 2 }], below: [{ name: 'SELECT' }] })
    const { body, root, below } = await ask('/pool/waits')
    expect(body).toEqual([root.spanId, root.spanId])
    expect(names(below)).toEqual(['SELECT', 'SELECT'])
  })
})

inApp('mysql2.mjs', env, ({ ask }) => {
  it('is traced when an ES module imports it', async () => {
    expect(await ask('/')).toMatchObject({ body: [{ a: 1 }], below: [{ name: 'SELECT' }] })
  })
})

/** Statements of better-sqlite3 and node:sqlite inside a request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtAgent, serve, until, type App } from './support/app.ts'
import { startReceiver, type Receiver, type SpanSeen } from './support/receiver.ts'
import { declares } from './support/declares.ts'

declares({ library: 'better-sqlite3', seen: 'one span a statement, literals masked' })
declares({ library: 'node:sqlite', seen: 'one span a statement, literals masked' })

let receiver: Receiver
let app: App

beforeAll(builtAgent)

function inApp(file: string, cases: () => void): void {
  describe(file, () => {
    beforeAll(async () => {
      receiver = await startReceiver()
      app = await serve(file, { env: { HODOSCOPE_URL: receiver.url, NODE_ENV: 'test' } })
    })
    afterAll(async () => {
      app.kill('SIGTERM')
      await app.exit
      await receiver.close()
    })
    cases()
  })
}

/** The answer to a request, and the spans below its server span in order. */
async function ask(path: string): Promise<{ body: string; statements: SpanSeen[] }> {
  receiver.spans.length = 0
  const body = await (await fetch(app.url + path)).text()
  const root = await until(() => receiver.spans.find(span => span.kind === 2), 'the server span')
  const below = receiver.spans.filter(span => span.kind === 3)
  for (const span of below) expect(span.parentSpanId).toBe(root.spanId)
  return { body, statements: below }
}

inApp('express.cjs', () => {
  it('a query is a span named by what it does, without the values', async () => {
    const { body, statements } = await ask('/orders')
    expect(JSON.parse(body)).toEqual([
      { id: 1, item: 'tea' },
      { id: 2, item: 'milk' },
    ])
    expect(statements.map(span => span.name)).toEqual(['SELECT orders'])
    expect(statements[0]!.attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.namespace': ':memory:',
      'db.query.text': 'select * from orders where item <> ?',
      'db.query.summary': 'SELECT orders',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'db.response.returned_rows': 2,
      'correlation.id': statements[0]!.traceId,
    })
  })

  it('a transaction shows its beginning and its commit', async () => {
    const { statements } = await ask('/orders/insert')
    expect(statements.map(span => span.name)).toEqual(['BEGIN', 'INSERT orders', 'COMMIT'])
    expect(statements[1]!.attributes['db.query.text']).toBe('insert into orders (item) values (?)')
  })

  it('an iteration ends with its last row', async () => {
    const { body, statements } = await ask('/orders/iterate')
    expect(JSON.parse(body)).toEqual(['tea', 'milk', 'x'])
    expect(statements.map(span => [span.name, span.attributes['db.response.returned_rows']])).toEqual([
      ['SELECT orders', 3],
    ])
  })

  it('a statement that fails tells why, and the host gets its error', async () => {
    const { statements } = await ask('/orders/bad-sql')
    expect(statements).toMatchObject([
      {
        name: 'SELECT nothing',
        status: 2,
        attributes: { 'error.type': 'SQLITE_ERROR', 'db.query.text': 'select * from nothing where a = ?' },
        events: [{ name: 'exception', attributes: { 'exception.message': 'near "nothing": syntax error' } }],
      },
    ])
  })

  it('what runs outside of any request leaves no span', async () => {
    await ask('/orders')
    expect(receiver.spans.filter(span => span.parentSpanId === undefined).map(span => span.kind)).toEqual([2])
  })
})

inApp('express.mjs', () => {
  it('better-sqlite3 imported by an ES module is traced', async () => {
    const { statements } = await ask('/orders/1')
    expect(statements.map(span => [span.name, span.attributes['db.query.text']])).toEqual([
      ['SELECT orders', 'select * from orders where id = ?'],
    ])
  })
})

inApp('hono.mjs', () => {
  it('node:sqlite imported by an ES module is traced', async () => {
    const { body, statements } = await ask('/stock/tea')
    expect(JSON.parse(body)).toEqual([{ item: 'tea', amount: 3 }])
    expect(
      statements.map(span => [span.name, span.attributes['db.query.text'], span.attributes['db.namespace']]),
    ).toEqual([
      ['SELECT stock', 'select * from stock where item = ? and amount > ? and item <> ?', ':memory:'],
    ])
  })

  it('its iterations count their rows', async () => {
    const { body, statements } = await ask('/each')
    expect(JSON.parse(body)).toEqual([{ item: 'tea' }, { item: 'milk' }])
    expect(statements.map(span => span.attributes['db.response.returned_rows'])).toEqual([2])
  })
})

inApp('hono.cjs', () => {
  it('node:sqlite required by a CommonJS module is traced', async () => {
    const { statements } = await ask('/orders/1')
    expect(statements.map(span => [span.name, span.attributes['db.query.text']])).toEqual([
      ['SELECT', 'select ? as one'],
    ])
  })
})

/** redis and ioredis against Redis. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inApp, names } from '../support/library.ts'
import { startRedis, type Server } from '../support/servers.ts'
import { declares } from '../support/declares.ts'

declares({
  library: '@redis/client',
  against: 'Redis',
  seen: 'one span a command, arguments masked; it is below `redis`',
})
declares({ library: 'ioredis', against: 'Redis', seen: 'one span a command, arguments masked' })

let server: Server
beforeAll(async () => void (server = await startRedis()))
afterAll(() => server.stop())
const env = () => ({ REDIS_PORT: String(server.port) })

for (const [file, database] of [
  ['redis.cjs', '1'],
  ['ioredis.cjs', '2'],
] as const) {
  inApp(file, env, ({ ask }) => {
    it('a command is a span without keys and values', async () => {
      const { body, below } = await ask('/promise')
      expect(body).toEqual(['OK', 'secret'])
      expect(names(below)).toEqual(['SET', 'GET'])
      expect(below[0]!.attributes).toEqual({
        'db.system.name': 'redis',
        'db.namespace': database,
        'db.operation.name': 'SET',
        'db.query.text': 'SET ? ?',
        'server.address': '127.0.0.1',
        'server.port': server.port,
        'correlation.id': below[0]!.traceId,
      })
    })

    it('a transaction and a pipeline show each command', async () => {
      const multi = await ask('/multi')
      expect(names(multi.below).toSorted()).toEqual(
        file === 'redis.cjs' ? ['EXEC', 'GET', 'MULTI', 'SET'] : ['EXEC', 'INCR', 'MULTI'],
      )
      expect(multi.below[0]!.attributes['server.port']).toBe(server.port)
      expect(names((await ask('/pipeline')).below)).toEqual(['SET', 'GET'])
    })

    it('an error tells why, and reaches the host', async () => {
      const message = 'WRONGTYPE Operation against a key holding the wrong kind of value'
      const { body, below } = await ask('/bad')
      expect(body).toEqual({ error: message })
      expect(below).toMatchObject([
        { name: 'LPUSH', status: 2, events: [{ attributes: { 'exception.message': message } }] },
      ])
      expect((await ask('/unhandled')).body).toEqual([message])
    })
  })
}

inApp('ioredis.cjs', env, ({ ask }) => {
  it('a callback runs in the context of its call', async () => {
    await ask('/promise')
    expect((await ask('/callback')).body).toEqual(['secret', true])
  })
})

inApp('redis.cjs', env, ({ ask }) => {
  it('a command that the library has no name for is traced too', async () => {
    expect(await ask('/raw')).toMatchObject({
      body: 'secret',
      below: [{ attributes: { 'db.query.text': 'ECHO ?' } }],
    })
  })
})

for (const file of ['redis.mjs', 'ioredis.mjs']) {
  inApp(file, env, ({ ask }) => {
    it('is traced when an ES module imports it', async () => {
      expect(await ask('/')).toMatchObject({ body: 'PONG', below: [{ name: 'PING' }] })
    })
  })
}

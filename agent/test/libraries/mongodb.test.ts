/** mongodb to the wire: Debian has no server, so the answers are scripted. */
import { BSON } from 'mongodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inApp, names } from '../support/library.ts'
import { startMongoScript } from '../support/mongo-wire.ts'
import { otherVersion } from '../support/other-version.ts'
import type { Server } from '../support/servers.ts'
import { declares } from '../support/declares.ts'

declares({ library: 'mongodb', against: 'the wire', seen: 'one span a command, without its values' })

let server: Server
const six = otherVersion('mongodb-6', 'mongodb')
beforeAll(async () => {
  const firstBatch = [{ item: 'tea' }, { item: 'milk' }]
  server = await startMongoScript({
    find: () => ({ ok: 1, cursor: { id: BSON.Long.ZERO, ns: 'shop.orders', firstBatch } }),
    insert: () => ({ ok: 1, n: 1 }),
    update: () => ({ ok: 0, errmsg: 'not primary here', code: 112, codeName: 'WriteConflict' }),
  })
})
afterAll(async () => {
  six.remove()
  await server.stop()
})

for (const MONGODB of ['mongodb', six.path]) {
  const env = () => ({ MONGO_PORT: String(server.port), MONGODB })
  inApp('mongodb.cjs', env, ({ ask }) => {
    it('a command is a span without its values', async () => {
      const { body, below } = await ask('/find')
      expect(body).toEqual([{ item: 'tea' }, { item: 'milk' }])
      expect(names(below)).toEqual(['find orders'])
      expect(below[0]!.attributes).toMatchObject({
        'db.system.name': 'mongodb',
        'db.namespace': 'shop',
        'db.operation.name': 'find',
        'db.collection.name': 'orders',
        'server.address': '127.0.0.1',
        'server.port': server.port,
      })
      const { 'correlation.id': _, 'server.port': __, ...told } = below[0]!.attributes
      expect(JSON.stringify(told)).not.toContain('42')
    })

    it('writes, and commands without a collection', async () => {
      expect(await ask('/insert')).toMatchObject({ body: 1, below: [{ name: 'insert orders', status: 0 }] })
      expect(names((await ask('/admin')).below)).toEqual(['ping'])
    })

    it('an error tells why, and reaches the host', async () => {
      const { body, below } = await ask('/bad')
      expect(body).toEqual({ error: 'not primary here', code: 112 })
      expect(below).toMatchObject([{ name: 'update orders', status: 2, attributes: { 'error.type': '112' } }])
    })
  })
}

inApp(
  'mongodb.mjs',
  () => ({ MONGO_PORT: String(server.port) }),
  ({ ask }) => {
    it('is traced when an ES module imports it', async () => {
      expect(await ask('/')).toMatchObject({ body: { item: 'tea' }, below: [{ name: 'find orders' }] })
    })
  },
)

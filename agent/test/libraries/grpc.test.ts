/** grpc-js, client and server over a real connection: one trace through both. */
import { expect, it } from 'vitest'
import { until } from '../support/app.ts'
import { inApp } from '../support/library.ts'
import { declares } from '../support/declares.ts'

declares({ library: '@grpc/grpc-js', seen: 'client and server spans of all four kinds of call' })

const env = () => ({})

inApp('grpc.cjs', env, ({ ask, spans }) => {
  const served = () =>
    until(() => spans().find(span => span.kind === 2 && span.name.startsWith('shop.')), 'it')
  const called = () => until(() => spans().find(span => span.kind === 3), 'the span of the client')

  it('the server goes on with the trace of the client', async () => {
    const { body, root } = await ask('/unary')
    expect(body).toEqual([['tea yes', root.spanId], ['mine']])
    const [client, server] = [await called(), await served()]
    expect(client).toMatchObject({ name: 'shop.Orders/Get', parentSpanId: root.spanId, status: 0 })
    expect(client.attributes).toEqual({
      'rpc.system.name': 'grpc',
      'rpc.method': 'shop.Orders/Get',
      'rpc.response.status_code': 'OK',
      'correlation.id': root.traceId,
    })
    expect(server).toMatchObject({
      name: 'shop.Orders/Get',
      parentSpanId: client.spanId,
      attributes: { 'rpc.response.status_code': 'OK', 'correlation.id': root.traceId },
    })
    const inside = await until(() => spans().find(span => span.name === 'handled'), 'the span of the handler')
    expect(inside.parentSpanId).toBe(server.spanId)
  })

  it('a call without metadata', async () => {
    const { body, root } = await ask('/bare')
    expect(body).toEqual(['tea ', root.spanId])
  })

  it.each([
    ['/sum', '1+2', 'Sum'],
    ['/list', ['a', 'b'], 'List'],
    ['/echo', ['x'], 'Echo'],
  ])('streams: %s', async (path, answer, method) => {
    const { body } = await ask(path)
    expect(body).toEqual(answer)
    const [client, server] = [await called(), await served()]
    expect(client).toMatchObject({ name: `shop.Orders/${method}`, status: 0 })
    expect(server).toMatchObject({ name: `shop.Orders/${method}`, status: 0, parentSpanId: client.spanId })
  })

  it.each([
    ['/missing', 5, 'NOT_FOUND', 0],
    ['/internal', 13, 'INTERNAL', 2],
  ])('%s is an error to the caller, to the server when it is its fault', async (path, code, name, status) => {
    expect((await ask(path)).body).toEqual({ error: `${code} ${name}: no order`, code })
    expect(await called()).toMatchObject({ status: 2, attributes: { 'error.type': name } })
    expect(await served()).toMatchObject({ status, attributes: { 'rpc.response.status_code': name } })
  })
})

inApp('grpc.mjs', env, ({ ask, spans }) => {
  it('is traced when an ES module imports it', async () => {
    expect((await ask('/')).body).toBe('x')
    const span = await until(() => spans().find(span => span.kind === 3), 'the span of the client')
    expect(span.name).toBe('shop.Orders/Get')
  })
})

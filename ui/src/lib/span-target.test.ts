import { describe, expect, it } from 'vitest'
import type { AttributeValue, SpanJson } from '../../../collector/src/serve/api-types.ts'
import { spanTarget } from './span-target.ts'

const target = (
  kind: SpanJson['kind'],
  name: string,
  attributes: Readonly<Record<string, AttributeValue>>,
): string =>
  spanTarget({ kind, name, attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })) })

describe('what a client span called', () => {
  it('has path and host of the whole address, without its query', () => {
    expect(
      target('client', 'GET', {
        'http.request.method': 'GET',
        'url.full': 'http://10.0.0.7:4402/products/14?page=2#top',
      }),
    ).toBe('/products/14 · 10.0.0.7:4402')
  })
  it('is put together where there is no whole address', () => {
    const parts = { 'http.request.method': 'POST', 'server.address': 'acme.example', 'server.port': 8443 }
    expect(target('client', 'POST', parts)).toBe('acme.example:8443')
    expect(target('client', 'HTTP POST', { ...parts, 'url.path': '/charges' })).toBe(
      '/charges · acme.example:8443',
    )
    expect(target('client', 'POST', { ...parts, 'server.address': '::1' })).toBe('[::1]:8443')
  })
  it('is read from the older attributes too', () => {
    expect(
      target('client', 'HTTP GET', { 'http.method': 'GET', 'http.url': 'https://acme.example/v1/charges' }),
    ).toBe('/v1/charges · acme.example')
  })
  it('leaves out what the name has', () => {
    const attributes = { 'http.request.method': 'GET', 'url.full': 'http://cart:80/carts/7' }
    expect(target('client', 'GET /carts/:id', attributes)).toBe('cart')
    expect(target('client', 'GET cart', attributes)).toBe('')
  })
  it('is nothing where the address is none', () => {
    expect(target('client', 'GET', { 'http.request.method': 'GET', 'url.full': 'not an address' })).toBe('')
  })
})

describe('what a server span answered', () => {
  const attributes = { 'http.request.method': 'POST', 'url.path': '/charges', 'server.address': 'payment' }

  it('is its path where no route is known', () => {
    expect(target('server', 'POST', attributes)).toBe('/charges')
    expect(target('server', 'POST', { 'http.method': 'POST', 'http.target': '/charges?dry=1' })).toBe(
      '/charges',
    )
  })
  it('is nothing where the name has the route', () => {
    expect(target('server', 'POST /charges', attributes)).toBe('')
  })
})

describe('what a query asked', () => {
  it('is the text, on one line and cut, where the name has the operation alone', () => {
    expect(target('client', 'SELECT', { 'db.query.text': 'select id\n  from lines' })).toBe(
      'select id from lines',
    )
    expect(target('client', 'shop', { 'db.name': 'shop', 'db.statement': 'select 1' })).toBe('select 1')
    expect(target('client', 'SELECT', { 'db.query.text': 'x'.repeat(500) })).toBe(`${'x'.repeat(120)}…`)
  })
  it('is nothing where the name tells it', () => {
    expect(target('client', 'SELECT lines', { 'db.query.text': 'select id from lines' })).toBe('')
    expect(target('client', 'BEGIN', { 'db.query.text': 'begin' })).toBe('')
  })
})

describe('the other end', () => {
  it('of a message is its destination', () => {
    expect(target('producer', 'send', { 'messaging.destination.name': 'receipts' })).toBe('receipts')
    expect(target('producer', 'send receipts', { 'messaging.destination.name': 'receipts' })).toBe('')
  })
  it('of a remote call is service and method', () => {
    expect(target('client', 'grpc', { 'rpc.service': 'shop.Cart', 'rpc.method': 'Get' })).toBe(
      'shop.Cart/Get',
    )
  })
  it('is nothing where a span does not call, or says strange things', () => {
    expect(target('internal', 'compute', { 'url.path': '/x' })).toBe('')
    expect(target('client', 'GET', { 'http.request.method': 'GET', 'url.full': { a: [1] } })).toBe('')
  })
})

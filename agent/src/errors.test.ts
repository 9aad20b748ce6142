import { describe, expect, it } from 'vitest'
import { factsOf } from './errors.ts'

describe('the facts of what was thrown', () => {
  it('of an error are its name, message and stack', () => {
    const facts = factsOf(new TypeError('broken'))
    expect(facts).toMatchObject({ type: 'TypeError', message: 'broken' })
    expect(facts.stack).toMatch(/^TypeError: broken\n/)
  })

  it('of a plain Error with a code is the code', () => {
    expect(factsOf(Object.assign(new Error('x'), { code: 'ECONNRESET' })).type).toBe('ECONNRESET')
  })

  it('include the causes, but not for ever', () => {
    const error: Error & { cause?: unknown } = new Error('outer', { cause: new Error('inner') })
    expect(factsOf(error).stack).toContain('Caused by: Error: inner')
    error.cause = error
    expect(factsOf(error).stack!.match(/Caused by/g)).toHaveLength(5)
  })

  it.each([
    ['text', { type: 'string', message: 'text', stack: undefined }],
    [42, { type: 'number', message: '42', stack: undefined }],
    [null, { type: 'object', message: 'null', stack: undefined }],
    [undefined, { type: 'undefined', message: 'undefined', stack: undefined }],
    [Object.create(null), { type: 'object', message: 'object', stack: undefined }],
  ])('of %o', (thrown: unknown, facts) => {
    expect(factsOf(thrown)).toEqual(facts)
  })

  it('survive getters and proxies that throw', () => {
    const getter = Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('getter')
      },
    })
    expect(factsOf(getter).type).toBe('Error')
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(factsOf(proxy)).toEqual({ type: 'object', message: 'object', stack: undefined })
  })

  it('are bounded', () => {
    const facts = factsOf(new Error('m'.repeat(100_000)))
    expect([facts.message.length, facts.stack!.length]).toEqual([4096, 16_384])
  })
})

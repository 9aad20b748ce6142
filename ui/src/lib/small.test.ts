import { describe, expect, it } from 'vitest'
import { looksLikeId, shortId } from './any-id.ts'
import { attributeOf, attributeText, linkOf, oneLine } from './attribute-text.ts'
import { serviceColor, serviceHue } from './hue.ts'
import { isBad, isNotable } from './severity.ts'
import { stackLines } from './stack.ts'

describe('looksLikeId', () => {
  it.each([
    ['4bf92f3577b34da6a3ce929d0e0e4736', true],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true],
    ['req-81f3c2', true],
    ['9F1C2D3E-0000-4000-8000-00AA00BB00CC', true],
    ['abcdefabcdefabcd', true],
    ['checkout', false],
    ['service:checkout', false],
    ['timed out after 300ms', false],
    ['', false],
  ])('%s: %s', (text, id) => {
    expect(looksLikeId(text)).toBe(id)
  })

  it('shows the ends of a long id and all of a short one', () => {
    expect(shortId('4bf92f3577b34da6a3ce929d0e0e4736')).toBe('4bf92f35…0e4736')
    expect(shortId('req-81f3c2')).toBe('req-81f3c2')
  })
})

describe('attributes', () => {
  it('reads the last value of a key, and a hostile key as plain data', () => {
    const list = [
      { key: 'a', value: 1 },
      { key: '__proto__', value: 'x' },
      { key: 'a', value: [1, 'b'] },
    ]
    expect(attributeText(attributeOf(list, 'a') ?? null)).toBe('[1,"b"]')
    expect(attributeOf(list, '__proto__')).toBe('x')
    expect(attributeOf(list, 'constructor')).toBeUndefined()
  })

  it('links to http and https alone', () => {
    expect(linkOf('https://shop.example/a')).toBe('https://shop.example/a')
    expect(linkOf('javascript:alert(1)')).toBeUndefined()
    expect(linkOf('https://a b')).toBeUndefined()
    expect(linkOf('data:text/html,x')).toBeUndefined()
  })

  it('flattens and cuts a line', () => {
    expect(oneLine('a\n  b\r\nc', 20)).toBe('a ⏎ b ⏎ c')
    expect(oneLine('abcdef', 3)).toBe('abc…')
  })
})

describe('serviceHue', () => {
  it('depends on the name alone', () => {
    expect(serviceHue('checkout')).toBe(serviceHue('checkout'))
    expect(serviceColor('')).toMatch(/^var\(--service-\d+\)$/)
  })

  it('spreads names that are common together', () => {
    const common = [
      'gateway',
      'checkout',
      'payment',
      'cart',
      'catalog',
      'inventory',
      'shipping',
      'frontend',
      'api',
      'mailer',
    ]
    expect(new Set(common.map(serviceHue)).size).toBe(common.length)
  })

  it('uses all twelve', () => {
    const hues = new Set(Array.from({ length: 200 }, (_, i) => serviceHue(`service-${i}`)))
    expect(hues.size).toBe(12)
  })
})

describe('severity', () => {
  it('calls error and fatal bad, and warn notable', () => {
    expect([isBad('fatal'), isBad('error'), isBad('warn')]).toEqual([true, true, false])
    expect([isNotable('warn'), isNotable('info'), isNotable('unspecified')]).toEqual([true, false, false])
  })
})

describe('stackLines', () => {
  it('tells own frames from those of libraries and of Node', () => {
    const stack = [
      'PaymentError: insufficient_funds',
      '    at charge (/app/payment.js:41:11)',
      '    at next (/app/node_modules/express/lib/router.js:1:1)',
      '    at process.processTicks (node:internal/process/task_queues:105:5)',
      '',
    ].join('\n')
    expect(stackLines(stack).map(line => line.kind)).toEqual(['message', 'own', 'foreign', 'foreign'])
  })
})

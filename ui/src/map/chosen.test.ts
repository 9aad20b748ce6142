import { expect, it } from 'vitest'
import { shortName } from './chosen.ts'

it.each([
  ['sqlite//var/lib/shop/orders.db', 'sqlite/…/orders.db'],
  ['sqlite//orders.db', 'sqlite//orders.db'],
  ['postgresql/shop', 'postgresql/shop'],
  ['api.example', 'api.example'],
])('%s is told as %s', (name, short) => {
  expect(shortName(name)).toBe(short)
})

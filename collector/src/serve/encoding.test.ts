import { expect, it } from 'vitest'
import { accepts } from './encoding.ts'

it.each(['gzip', 'GZIP', 'br, gzip', 'gzip;q=0.5', '*', 'br;q=0, *;q=0.1'])('%j takes gzip', header =>
  expect(accepts(header, 'gzip')).toBe(true),
)

it.each([undefined, '', 'br', 'gzip;q=0', 'gzip; q=0.000', 'gzip;q=0, *', '*;q=0', 'xgzip'])(
  '%j does not take gzip',
  header => expect(accepts(header, 'gzip')).toBe(false),
)

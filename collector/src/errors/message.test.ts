import { describe, expect, it } from 'vitest'
import { normaliseMessage } from './message.ts'

describe('a message', () => {
  it.each([
    ['no answer within 2000 ms', 'no answer within <n> ms'],
    ['took 1,204.5 ms', 'took <n> ms'],
    [
      'payment declined for order ord_81: insufficient_funds',
      'payment declined for order ord_<n>: insufficient_funds',
    ],
    ['user 3f2504e0-4f89-41d3-9a0c-0305e82c3301 is gone', 'user <uuid> is gone'],
    ['trace 4bf92f3577b34da6a3ce929d0e0e4736 is gone', 'trace <hex> is gone'],
    ['at 0xDEADBEEF', 'at <hex>'],
    ['request req-81f3c2 failed', 'request <id> failed'],
    [
      "Cannot read properties of undefined (reading 'total')",
      'Cannot read properties of undefined (reading <text>)',
    ],
    ['duplicate key "a@b.c" of `users`', 'duplicate key <text> of <text>'],
    ["can't find the user's cart", "can't find the user's cart"],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <address>'],
    ['connect ECONNREFUSED ::1:6379', 'connect ECONNREFUSED <address>'],
    ['getaddrinfo ENOTFOUND db-1.internal:5432', 'getaddrinfo ENOTFOUND <address>'],
    [
      'ENOENT: no such file or directory, open /var/lib/x/7.json',
      'ENOENT: no such file or directory, open <path>',
    ],
    ['cannot open C:\\data\\x.txt', 'cannot open <path>'],
    ['GET https://pay.example/charge?id=7 failed', 'GET <url> failed'],
    ['mail to jane.doe@shop.example bounced', 'mail to <email> bounced'],
    ['and/or', 'and/or'],
    ['  two\n  lines ', 'two lines'],
    ['', ''],
  ])('%s', (message, normalised) => expect(normaliseMessage(message)).toBe(normalised))

  it('stays as it is when it is normalised again', () => {
    for (const message of ['order 7 of <n>', 'open /a/b', 'in "x"'])
      expect(normaliseMessage(normaliseMessage(message))).toBe(normaliseMessage(message))
  })

  it.each(['a', '1', "'", '/a', 'a.', 'a:', 'a-1', '1a-', '0:', 'a@a.', '\\'])(
    'of a hundred thousand times %j takes no time',
    unit => {
      const begun = performance.now()
      expect(normaliseMessage(unit.repeat(100_000)).length).toBeLessThanOrEqual(1_536)
      expect(performance.now() - begun).toBeLessThan(100)
    },
  )
})

import { expect, it } from 'vitest'
import { createLog } from './log.ts'

function lines(plain: boolean) {
  const written: string[] = []
  return { written, log: createLog({ plain, write: line => written.push(line) }) }
}

it('writes JSON with level, time and error', () => {
  const { written, log } = lines(false)
  log.error({ err: new Error('disk') }, 'stopping failed')
  const line = JSON.parse(written[0]!) as { level: number; msg: string; err: { message: string } }
  expect([line.level, line.msg, line.err.message]).toEqual([50, 'stopping failed', 'disk'])
})

it('writes plain lines for a person', () => {
  const { written, log } = lines(true)
  log.warn('listening on 0.0.0.0')
  expect(written[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn  listening on 0\.0\.0\.0\n$/)
})

it('escapes what would move a terminal', () => {
  const { written, log } = lines(true)
  log.info('a\u001b]8;;http://evil.test\u0007b\r\u009bc')
  expect(written[0]).toContain('a\\x1b]8;;http://evil.test\\x07b\\x0d\\x9bc\n')
})

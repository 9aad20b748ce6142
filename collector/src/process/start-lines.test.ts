import { expect, it } from 'vitest'
import { resolveConfig } from '../config/load.ts'
import { exposureWarning, startLines } from './start-lines.ts'

const config = (listen: string, environment: Record<string, string> = {}) =>
  resolveConfig({ environment, flags: { listen, data: '/data' }, cwd: '/' })

it('says where the UI is, where the data lies, and how to instrument a service', () => {
  expect(startLines('1.2.3', 'http://127.0.0.1:4318', config('127.0.0.1:4318'))).toBe(
    [
      'hodoscope 1.2.3',
      '  UI and API   http://127.0.0.1:4318',
      '  data         /data',
      '  instrument   node --require @hodoscope/agent app.js',
      '',
    ].join('\n'),
  )
})

it('names the collector in that line where agents would not find it', () => {
  expect(startLines('1.2.3', 'http://0.0.0.0:5000', config('0.0.0.0:5000'))).toContain(
    'instrument   HODOSCOPE_URL=http://127.0.0.1:5000 node --require @hodoscope/agent app.js',
  )
})

it('says how to get in where a token is asked for', () => {
  expect(startLines('1', 'http://0.0.0.0:5000', config('0.0.0.0:5000'), 'http://0.0.0.0:5000/x')).toContain(
    [
      '  sign in      http://0.0.0.0:5000/x (once, within ten minutes)',
      '  tokens       asked of everybody; `hodoscope token add NAME --scope ingest` makes one for agents',
    ].join('\n'),
  )
})

const open = { HODOSCOPE_ACCESS_OPEN: 'always' }

it.each(['0.0.0.0:1', '[::]:1', '10.0.0.1:1', 'obs.example:1'])(
  'warns of listening on %s with nothing asked',
  listen => {
    expect(exposureWarning(config(listen, open))).toContain('whoever reaches this address')
    expect(exposureWarning(config(listen))).toBeUndefined()
  },
)

it.each(['127.0.0.1:1', 'localhost:1', '[::1]:1', '127.9.9.9:1'])('does not warn of %s', listen =>
  expect(exposureWarning(config(listen, open))).toBeUndefined(),
)

/**
 * A process that evaluates and sends, to be killed: argv is the catalogue, the receiver's URL and a
 * file that names what burns. It prints nothing and ends by a signal.
 */
import { readFileSync } from 'node:fs'
import { addressGuard, parseRange } from '../../src/alert/addresses.ts'
import { AlertCatalogue } from '../../src/alert/catalogue.ts'
import { AlertEngine } from '../../src/alert/engine.ts'
import { httpTransport } from '../../src/alert/transport.ts'
import { millis, systemClock } from '../../src/model/time.ts'
import { receiver, route } from './simulation.ts'

const [, , path, url, burning] = process.argv as [string, string, string, string, string]
const engine = new AlertEngine({
  catalogue: new AlertCatalogue(path),
  clock: systemClock,
  transport: httpTransport(addressGuard([parseRange('127.0.0.1')!])),
  random: Math.random,
  externalUrl: 'http://hodoscope.test',
  routing: () => ({
    receivers: [receiver('hook', { url })],
    routes: [route({ receiver: 'hook', groupInterval: '0s', groupBy: ['alertname'] })],
  }),
  rules: () => [
    {
      id: 'rule',
      timing: { forMillis: millis(0), keepFiringMillis: millis(0) },
      link: '',
      evaluate: () =>
        readFileSync(burning, 'utf8')
          .split('\n')
          .filter(name => name !== '')
          .map(alertname => ({
            labels: { alertname, severity: 'page' },
            verdict: 'burning' as const,
            annotations: {},
          })),
    },
  ],
})

setInterval(() => {
  engine.evaluate()
  engine.tick()
}, 5)

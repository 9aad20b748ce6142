/** How long a person waits for a search over all stored logs, warm. */
import type { LogsAnswer } from '../../src/serve/api-types.ts'
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { stored as storedData } from '../harness/stored.ts'
import { Questions, waitFigures } from '../harness/questions.ts'

export default {
  about:
    'the newest 50 lines over the whole range through HTTP, one at a time, each asked 20 times warm; medians and slowest',
  async run(context) {
    const stored = await storedData(context)
    const collector = await CollectorProcess.start(stored)
    const ask = await Questions.open(stored.port)
    try {
      const { logs } = await ask.once<LogsAnswer>('/api/logs?from=0&order=oldest&limit=1000')
      const body = logs
        .flatMap(({ body }) => (typeof body === 'string' ? [body] : []))
        .sort((a, b) => digits(b).length - digits(a).length)[0]!
      const word = /[a-z]{4,}/i.exec(body)![0]
      return [
        ...waitFigures(`a rare token ("${digits(body)}")`, await ask.repeatedly(lines(digits(body)), 1), 60),
        ...waitFigures(`a common word ("${word}")`, await ask.repeatedly(lines(word), 50), 50),
        ...waitFigures('a word that is nowhere', await ask.repeatedly(lines('zzqxjv'), 0), 6000),
        ...waitFigures(
          'short digits that are nowhere together',
          await ask.repeatedly(lines('"9 8 7 6 5"'), 0),
          6000,
        ),
      ]
    } finally {
      ask.close()
      await collector.stop()
    }
  },
} satisfies Case

const lines = (q: string): string => `/api/logs?from=0&limit=50&q=${encodeURIComponent(q)}`

const digits = (text: string): string =>
  (text.match(/\d+/g) ?? ['']).toSorted((a, b) => b.length - a.length)[0]!

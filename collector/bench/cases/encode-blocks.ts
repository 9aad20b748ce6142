/** The encoder of blocks alone: what the consumer thread spends on columns and compression. */
import { unixNano } from '../../src/model/time.ts'
import type { EncodedBlock } from '../../src/store/columns/block.ts'
import { DictionaryBuilder } from '../../src/store/columns/dictionaries.ts'
import { LogBlockBuilder } from '../../src/store/columns/logs.ts'
import { SpanBlockBuilder } from '../../src/store/columns/spans.ts'
import type { Case, CaseContext } from '../harness/case.ts'
import type { Figure } from '../harness/figure.ts'
import { logRequests, spanRequests } from '../payload/payload.ts'

const RECEIVED = unixNano(0n)

interface Builder {
  append(body: Uint8Array, sequence: number, onFull: () => void): void
  finish(): EncodedBlock
}

export default {
  about: 'canonical bodies of 512 records to compressed blocks, in one thread, nothing written',
  async run(context) {
    const { seed, records } = context
    const spans = [...spanRequests({ seed, perRequest: 512, spans: records })]
    const figures = encode('spans', spans, context, spanBuilder())
    const logs = [...logRequests({ seed, perRequest: 512, logs: records })]
    return [...figures, ...encode('logs', logs, context, logBuilder())]
  },
} satisfies Case

function spanBuilder(): Builder {
  const builder = new SpanBlockBuilder(new DictionaryBuilder())
  return {
    append: (body, sequence, onFull) => void builder.append(body, { sequence, received: RECEIVED }, onFull),
    finish: () => builder.finish(true),
  }
}

function logBuilder(): Builder {
  const builder = new LogBlockBuilder(new DictionaryBuilder())
  return {
    append: (body, sequence, onFull) => void builder.append(body, { sequence, received: RECEIVED }, onFull),
    finish: () => builder.finish(true),
  }
}

function encode(
  kind: string,
  requests: readonly { readonly body: Uint8Array }[],
  { records }: CaseContext,
  builder: Builder,
): Figure[] {
  let bytes = 0
  const finish = () => {
    const { directory, chunks } = builder.finish()
    bytes += chunks.reduce((sum, chunk) => sum + chunk.length, directory.length)
  }
  const before = process.cpuUsage()
  for (const [i, { body }] of requests.entries()) builder.append(body, i + 1, finish)
  finish()
  const used = process.cpuUsage(before)
  return [
    { name: `${kind}: CPU`, value: (used.user + used.system) / records, unit: 'CPU s per million' },
    { name: `${kind}: a record in its block`, value: bytes / records, unit: 'bytes' },
  ]
}

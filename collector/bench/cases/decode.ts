/** The collector's door alone, without HTTP and journal, beside protobufjs. */
import type { Case } from '../harness/case.ts'
import { decodeCpu, referenceCpu } from '../harness/decode-cpu.ts'
import type { Figure } from '../harness/figure.ts'

export default {
  about: 'request bodies of 512 records to canonical form, each kind in a process of its own',
  async run({ records, seed }) {
    const perRequest = 512
    const figures: Figure[] = []
    for (const kind of ['spans', 'spans-json', 'logs'] as const) {
      const value = await decodeCpu('hodoscope', { kind, records, seed, perRequest })
      figures.push({ name: kind, value, unit: 'CPU s per million' })
    }
    for (const kind of ['spans', 'logs'] as const) {
      const value = await referenceCpu({ kind, records, seed, perRequest })
      figures.push({ name: `${kind}, protobufjs`, value, unit: 'CPU s per million' })
    }
    return figures
  },
} satisfies Case

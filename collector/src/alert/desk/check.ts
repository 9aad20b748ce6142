/** What is wrong with an SLO that is being written, and when it would alert: nothing is stored. */
import { z } from 'zod'
import { rowName } from '../../slo/rows.ts'
import { omittedRows } from '../slo-status.ts'
import { readSlos } from '../slos.ts'
import type { Methods } from './desk.ts'
import { read } from './read.ts'
import { MAX_YAML } from './slos.ts'

const schema = z.strictObject({ yaml: z.string().max(MAX_YAML) })

export const checkMethods = (): Methods => ({
  checkSlo: params => {
    const set = readSlos([{ text: read(schema, params).yaml, file: undefined }])
    return {
      name: set.slos[0]?.name ?? null,
      problems: [...set.problems, ...set.slos.flatMap(({ problems }) => problems)],
      objectives: set.objectives.map(objective => ({
        name: objective.name,
        rows: objective.alerting.rows.map(row => ({
          severity: row.severity,
          name: rowName(row),
          factor: row.factor,
        })),
        omittedRows: omittedRows(objective),
      })),
    }
  },
})

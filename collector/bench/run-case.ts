/**
 * Runs one case in this process, which exists for nothing else, and hands its result to the parent.
 *
 * Usage (by `run.ts`): fork with a `CaseOrder` as the only argument, in JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from './harness/case.ts'
import type { Figure } from './harness/figure.ts'
import { circumstances, type Result } from './harness/result.ts'

export interface CaseOrder {
  readonly name: string
  readonly records: number
  readonly seed: number
  readonly shared: string
  readonly profileFolder?: string
}

async function figuresOrFailure(
  benchCase: Case,
  order: CaseOrder,
): Promise<{ figures: readonly Figure[]; failed?: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-bench-'))
  try {
    return { figures: await benchCase.run({ ...order, folder, profileFolder: order.profileFolder }) }
  } catch (error) {
    return { figures: [], failed: String(error) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const order = JSON.parse(process.argv[2]!) as CaseOrder
const { default: benchCase } = (await import(`./cases/${order.name}.ts`)) as { default: Case }
const around = circumstances()
const outcome = await figuresOrFailure(benchCase, order)
const result: Result = {
  name: order.name,
  about: benchCase.about,
  records: order.records,
  seed: order.seed,
  ...around,
  ...outcome,
}
process.send!(result, undefined, undefined, () => process.exit())

/**
 * The data folder that cases ask questions of: as many spans and as many logs, stored by one collector
 * after the other and kept for the next case. To fill it takes longer than to ask it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CaseContext } from './case.ts'
import { freePort } from './collector-process.ts'
import { filled, type Load } from './ingest.ts'

export interface Stored {
  readonly dataFolder: string
  /** One trace id of each request of spans. */
  readonly traceIds: readonly string[]
}

const BATCHES = { perRequest: 512, connections: 8 } as const

/** @returns with a port that is free for this case's collector */
export async function stored(context: CaseContext): Promise<Stored & { readonly port: number }> {
  const folder = join(context.shared, `${context.records}-${context.seed}`)
  const note = join(folder, 'stored.json')
  if (!existsSync(note)) writeFileSync(note, JSON.stringify(await fill(context, folder)))
  return { ...(JSON.parse(readFileSync(note, 'utf8')) as Stored), port: await freePort() }
}

async function fill({ records, seed }: CaseContext, folder: string): Promise<Stored> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const dataFolder = join(folder, 'data')
  const send = (kind: Load['kind']) =>
    filled(
      { records, seed, profileFolder: undefined },
      dataFolder,
      { kind, ...BATCHES },
      async (collector, sender) => {
        await sender.run()
        await collector.stop()
        return {}
      },
    )
  const { traceIds } = await send('spans')
  await send('logs')
  return { dataFolder, traceIds }
}

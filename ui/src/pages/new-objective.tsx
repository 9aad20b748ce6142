/** An objective for an operation, made with the second click: the first opened this line under its row. */
import { useSignal } from '@preact/signals'
import type { OperationRow } from '../../../collector/src/serve/api-types.ts'
import { sloPath } from '../lib/routes.ts'
import { Refused } from '../parts/refused.tsx'
import type { SlosAnswer } from '../slo/answers.ts'
import { draftYaml, nameOf, pleasantThreshold, takenNames } from '../slo/draft.ts'
import { formatTarget } from '../slo/words.ts'
import { useChange } from '../state/change.ts'
import { useLoad } from '../state/load.ts'
import { link, navigate } from '../state/location.ts'

const TARGETS = ['0.99', '0.995', '0.999', '0.9995', '0.9999'] as const

export function NewObjective({ row }: { row: OperationRow }) {
  const known = useLoad<SlosAnswer>('/api/slos')
  const target = useSignal<string>('0.999')
  const timed = useSignal(false)
  const change = useChange()
  const millis = pleasantThreshold(row.p95Nano)
  const draft = {
    service: row.service,
    operation: row.name,
    kind: row.kind,
    thresholdMillis: timed.value ? millis : undefined,
    target: target.value,
  }
  const create = async (): Promise<void> => {
    const taken = takenNames(known.data!)
    const made = await change.run('POST', '/api/slos', { yaml: draftYaml(draft, taken) })
    if (made) navigate(link(sloPath(nameOf(draft, taken))))
  }
  const { service, operation, kind, thresholdMillis } = draft
  return (
    <div class="new-objective" role="group" aria-label={`An objective for ${row.name}`}>
      <select
        aria-label="Target"
        value={target.value}
        onChange={event => (target.value = event.currentTarget.value)}
      >
        {TARGETS.map(text => (
          <option key={text} value={text}>
            {formatTarget(text)}
          </option>
        ))}
      </select>
      <select
        aria-label="What is good"
        value={String(timed.value)}
        onChange={event => (timed.value = event.currentTarget.value === 'true')}
      >
        <option value="false">without error</option>
        <option value="true">under {millis} ms</option>
      </select>
      <span class="muted">over 30 days</span>
      <button
        type="button"
        class="primary"
        disabled={change.busy || !known.data}
        onClick={() => void create()}
      >
        Create
      </button>
      <a
        class="button"
        href={link('/new-slo', { service, operation, kind, under: thresholdMillis, target: target.value })}
      >
        Edit first
      </a>
      <Refused failure={change.failure ?? known.failure} />
    </div>
  )
}

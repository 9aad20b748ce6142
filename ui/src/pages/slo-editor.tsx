/** One objective as a form beside its YAML: both edit the same text, and each fault is told at its field. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { sloPath } from '../lib/routes.ts'
import { Refused } from '../parts/refused.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import type { Problem, SloAnswer, SloCheckAnswer, SlosAnswer } from '../slo/answers.ts'
import { Backtest } from '../slo/backtest.tsx'
import { readForm, writeField } from '../slo/document.ts'
import { draftYaml, takenNames } from '../slo/draft.ts'
import { ObjectiveForm } from '../slo/objective-form.tsx'
import { formatBurn } from '../slo/words.ts'
import { ApiError, send } from '../state/api.ts'
import { useChange } from '../state/change.ts'
import { useLoad, type Loaded } from '../state/load.ts'
import { link, navigate, param } from '../state/location.ts'
import './slo-editor.css'

const CHECK_AFTER_MILLIS = 250

export const SloEditorPage = ({ name }: { name: string | undefined }) =>
  name === undefined ? <NewSlo /> : <StoredSlo name={name} />

/** Names that are taken are known first, so that one is told at its field while it is typed. */
function NewSlo() {
  const known = useLoad<SlosAnswer>('/api/slos')
  if (!known.data) return <Waiting of={known} />
  const taken = takenNames(known.data)
  return <Editor initial={newYaml(taken)} name={undefined} file={null} taken={taken} />
}

function StoredSlo({ name }: { name: string }) {
  const stored = useLoad<SloAnswer>(`/api/slos/${encodeURIComponent(name)}`, name)
  if (stored.data)
    return <Editor initial={stored.data.yaml} name={name} file={stored.data.file} taken={NONE} />
  return <Waiting of={stored} name={name} />
}

const NONE: ReadonlySet<string> = new Set()

/** @param name of what may be missing */
function Waiting({ of: asked, name }: { of: Loaded<unknown>; name?: string }) {
  const missing = name !== undefined && asked.failure?.status === 404
  return (
    <div class="page">
      <Progress loading={asked.loading} stop={asked.stop} />
      {missing ? (
        <Empty title="There is no such objective">
          <code>{name}</code>
        </Empty>
      ) : (
        asked.failure && <Failed failure={asked.failure} old={false} />
      )}
      {asked.stopped && <Stopped />}
      {asked.loading && <Skeleton rows={12} />}
    </div>
  )
}

/** From the operation that the address names, if it does. */
function newYaml(taken: ReadonlySet<string>): string {
  const millis = Number(param('under'))
  const draft = {
    service: param('service'),
    operation: param('operation'),
    kind: param('kind'),
    thresholdMillis: millis > 0 ? millis : undefined,
    target: /^0\.\d{1,12}$/.test(param('target')) ? param('target') : '0.999',
  }
  return draftYaml(draft, taken)
}

/** What is wrong with a text, asked a moment after the last key. */
function useCheck(yaml: string): SloCheckAnswer | undefined {
  const answer = useSignal<SloCheckAnswer | undefined>(undefined)
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => {
      send<SloCheckAnswer>('POST', '/api/slos/check', { yaml }, abort.signal).then(
        found => (answer.value = found),
        (error: unknown) => {
          if (!abort.signal.aborted && !(error instanceof ApiError)) throw error
        },
      )
    }, CHECK_AFTER_MILLIS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [yaml])
  return answer.value
}

interface EditorProps {
  initial: string
  /** Undefined for a new one. */
  name: string | undefined
  file: string | null
  /** Names that a new one cannot have. */
  taken: ReadonlySet<string>
}

function Editor({ initial, name, file, taken }: EditorProps) {
  const yaml = useSignal(initial)
  const removing = useSignal(false)
  const change = useChange()
  const check = useCheck(yaml.value)
  const form = readForm(yaml.value)
  // The check lags behind the keys.
  const written = typeof form === 'string' ? (check?.name ?? '') : form.name
  const problems = [...clashOf(written, name, taken), ...(check?.problems ?? [])]
  const sound = check !== undefined && problems.length === 0
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const path = name === undefined ? '/api/slos' : `/api/slos/${encodeURIComponent(name)}`
    const saved = await change.run<{ name: string }>(name === undefined ? 'POST' : 'PUT', path, {
      yaml: yaml.value,
    })
    if (saved) navigate(link(sloPath(check?.objectives[0]?.name ?? saved.name)))
  }
  const remove = async (): Promise<void> => {
    if (!removing.value) removing.value = true
    else if (await change.run('DELETE', `/api/slos/${encodeURIComponent(name!)}`)) navigate(link('/slos'))
  }
  return (
    <form class="page slo-editor" onSubmit={event => void save(event)}>
      <div class="head">
        <h1 class="clip">{name === undefined ? 'New objective' : `Edit ${name}`}</h1>
        <p class="facts" role="status">
          {file !== null
            ? `It stands in ${file} and is changed there.`
            : check === undefined
              ? ''
              : sound
                ? 'no faults'
                : `${problems.length} to mend`}
        </p>
        <div class="actions">
          {name !== undefined && file === null && (
            <button
              type="button"
              class={removing.value ? 'danger' : ''}
              onBlur={() => (removing.value = false)}
              onClick={() => void remove()}
            >
              {removing.value ? 'Really remove' : 'Remove'}
            </button>
          )}
          <button type="submit" class="primary" disabled={change.busy || !sound || file !== null}>
            {name === undefined ? 'Create' : 'Save'}
          </button>
        </div>
      </div>
      <Refused failure={change.failure} />
      <div class="columns">
        <div>
          {typeof form === 'string' ? (
            <p class="muted">{form}</p>
          ) : (
            <ObjectiveForm
              form={form}
              problems={problems}
              isNew={name === undefined}
              set={(field, value) => (yaml.value = writeField(yaml.value, field, value))}
            />
          )}
          <AlertsWhen check={check} />
          <Backtest yaml={yaml.value} sound={sound} />
        </div>
        <div class="yaml">
          <label for="slo-yaml">OpenSLO YAML</label>
          <textarea
            id="slo-yaml"
            class="mono"
            spellcheck={false}
            readOnly={file !== null}
            aria-invalid={problems.length > 0}
            aria-describedby="slo-problems"
            value={yaml.value}
            onInput={event => (yaml.value = event.currentTarget.value)}
          />
          <ul id="slo-problems" role="status">
            {problems.map(({ object, field, message }) => (
              <li key={`${object} ${field} ${message}`} class="bad">
                <code>{field === '' ? object : field}</code> {message}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </form>
  )
}

/** The collector refuses it too, as one may have been made meanwhile. */
function clashOf(written: string, name: string | undefined, taken: ReadonlySet<string>): Problem[] {
  if (written === name || !taken.has(written)) return []
  const message = 'is the name of another objective; choose one that is free'
  return [{ object: written, field: 'metadata.name', message }]
}

function AlertsWhen({ check }: { check: SloCheckAnswer | undefined }) {
  const [objective] = check?.objectives ?? []
  if (!objective) return null
  return (
    <section class="alerts-when" aria-label="When it alerts">
      {objective.rows.map(row => (
        <p key={row.name}>
          <b>{row.severity}</b> while both windows of {row.name} burn above {formatBurn(row.factor)}
        </p>
      ))}
      {objective.omittedRows.map(row => (
        <p key={row.name} class="muted">
          {row.name} is left out: {row.reason}
        </p>
      ))}
    </section>
  )
}

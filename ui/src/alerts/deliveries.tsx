/** Messages: to whom, how it went, after how many attempts; opened, the body as it was sent. */
import { Fragment } from 'preact'
import { formatInstant } from '../lib/clock.ts'
import { Copy } from '../parts/copy.tsx'
import { Refused } from '../parts/refused.tsx'
import { Empty, Failed } from '../parts/states.tsx'
import type { DeliveriesAnswer, DeliveryAnswer } from '../slo/answers.ts'
import { AlertName } from '../slo/episodes.tsx'
import { useChange } from '../state/change.ts'
import { useLoad } from '../state/load.ts'
import { param, setParams } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'

type Delivery = DeliveriesAnswer['deliveries'][number]

export const PAGE = 100

export function Deliveries({ answer }: { answer: DeliveriesAnswer }) {
  const change = useChange()
  const rows = answer.deliveries
  const before = param('before')
  if (rows.length === 0)
    return <Empty title={before === '' ? 'No message was sent yet' : 'No message is older than these'} />
  return (
    <>
      <Refused failure={change.failure} />
      <table class="deliveries">
        <thead>
          <tr>
            <th class="began">Made</th>
            <th class="receiver">Receiver</th>
            <th class="about">About</th>
            <th class="state">State</th>
            <th class="number http">HTTP</th>
            <th class="number attempts">Attempts</th>
            <th class="outcome">Outcome</th>
            <th class="act" aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Fragment key={row.id}>
              <Row
                row={row}
                busy={change.busy}
                redeliver={() => void change.run('POST', `/api/deliveries/${row.id}/redeliver`)}
              />
              {param('open') === String(row.id) && <Body row={row} />}
            </Fragment>
          ))}
        </tbody>
      </table>
      <div class="buttons pages">
        {before !== '' && (
          <button type="button" class="outlined" onClick={() => setParams({ before: '' })}>
            Newest
          </button>
        )}
        {rows.length === PAGE && (
          <button type="button" class="outlined" onClick={() => setParams({ before: rows.at(-1)!.id })}>
            Older
          </button>
        )}
      </div>
    </>
  )
}

const TONES: Readonly<Record<Delivery['state'], string>> = { delivered: '', pending: 'soon', dead: 'bad' }

function Row({ row, busy, redeliver }: { row: Delivery; busy: boolean; redeliver: () => void }) {
  const open = param('open') === String(row.id)
  return (
    <tr data-row>
      <td class="began mono" title={row.createdAt}>
        <button
          type="button"
          class="bare opener"
          aria-expanded={open}
          onClick={() => setParams({ open: open ? '' : row.id }, { replace: true })}
        >
          <span class="fold" aria-hidden="true">
            {open ? '▾' : '▸'}
          </span>
          {formatInstant(Date.parse(row.createdAt), { utc: utc.value }, now.value, 'second')}
        </button>
      </td>
      <td class="receiver" title={row.receiver}>
        {row.receiver}
      </td>
      <td class="about" title={row.alerts.map(({ labels }) => Object.values(labels).join(' ')).join('\n')}>
        <span class="muted">{row.hasFiring ? 'firing' : 'resolved'}</span> <Named row={row} />
      </td>
      <td class="state">
        <span class={TONES[row.state]}>{row.state}</span>
      </td>
      <td class="number http">{row.lastStatus ?? '–'}</td>
      <td class="number attempts">{row.attempts}</td>
      <td class="outcome" title={outcome(row)}>
        {outcome(row)}
      </td>
      <td class="act">
        <button type="button" disabled={busy} onClick={redeliver}>
          Redeliver
        </button>
      </td>
    </tr>
  )
}

/** The first alert that it tells of, and how many more there are. */
function Named({ row: { alerts, alertCount } }: { row: Delivery }) {
  const [first] = alerts
  if (first === undefined) return null
  return (
    <>
      <AlertName labels={first.labels} named />
      {alertCount > 1 && <span class="muted"> and {alertCount - 1} more</span>}
    </>
  )
}

function outcome({ state, lastError, nextAttemptAt, endedAt }: Delivery): string {
  const clock = (at: string): string => formatInstant(Date.parse(at), { utc: utc.value }, now.value, 'second')
  const parts = [
    lastError ?? '',
    nextAttemptAt === null ? '' : `next attempt ${clock(nextAttemptAt)}`,
    endedAt === null ? '' : `${state === 'dead' ? 'given up' : 'taken'} ${clock(endedAt)}`,
  ]
  return parts.filter(part => part !== '').join('; ')
}

function Body({ row }: { row: Delivery }) {
  const answer = useLoad<DeliveryAnswer>(`/api/deliveries/${row.id}`, String(row.id))
  const body = answer.data && pretty(answer.data.body)
  return (
    <tr class="delivery-body">
      <td colSpan={8}>
        <p class="muted">
          webhook-id <code>{row.webhookId}</code>
          {answer.data && <> · {answer.data.contentType}</>}
          {body !== undefined && <Copy text={answer.data!.body} what="the body" />}
        </p>
        {row.lastError !== null && <p>{outcome(row)}</p>}
        {answer.failure && <Failed failure={answer.failure} old={false} />}
        {body !== undefined && (
          <pre tabIndex={0} aria-label="Body">
            {body}
          </pre>
        )}
      </td>
    </tr>
  )
}

/** JSON with line breaks; anything else as it was sent. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** Before anything has arrived: the one line that instruments a service, and a light that waits. */
import { Copy } from '../parts/copy.tsx'
import { status } from '../state/status.ts'
import './first-start.css'

export function FirstStart({ arrived }: { arrived: boolean }) {
  const line = status.value?.instrument ?? ''
  return (
    <div class="first-start">
      <h1>{arrived ? 'It works' : 'Nothing has arrived yet'}</h1>
      <p>
        In the folder of a Node service, <code>npm install @hodoscope/agent</code>, then start it with this
        line. It changes nothing in the service's code.
      </p>
      <div class="shell">
        <code>{line}</code>
        <Copy text={line} what="the line" label="Copy" />
      </div>
      <p class={arrived ? 'waiting arrived' : 'waiting'} role="status">
        <i aria-hidden="true" />
        {arrived ? 'The first data has arrived' : 'Waiting for the first span'}
      </p>
      <p class="muted">
        Anything that speaks OTLP over HTTP can send here too: point its exporter at{' '}
        <code>{location.origin}</code>. The data lies in <code>{status.value?.dataFolder}</code>.
      </p>
    </div>
  )
}

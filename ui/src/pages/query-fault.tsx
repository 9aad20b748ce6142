/** Where and why a query is not understood. */
import { sentence } from '../lib/format.ts'
import type { Failure } from '../state/api.ts'

/** The query once more, with a mark under the place at fault. */
export function Fault({ fault, query }: { fault: Failure; query: string }) {
  const at = fault.position
  return (
    <div class="fault" role="alert">
      {at !== undefined && (
        <pre aria-hidden="true">
          {query.slice(0, at)}
          <mark>{query.slice(at, at + 1) || ' '}</mark>
          {query.slice(at + 1)}
        </pre>
      )}
      <p>
        {sentence(at === undefined ? fault.message : fault.message.replace(` at ${at}`, ''))}{' '}
        <span class="muted">{fault.hint}</span>
      </p>
    </div>
  )
}

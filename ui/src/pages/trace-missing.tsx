/** A trace that is not stored: said kindly, with what may help. */
import { idPath } from '../lib/routes.ts'
import { Empty } from '../parts/states.tsx'
import { link } from '../state/location.ts'
import { refresh } from '../state/range.ts'

export const TraceMissing = ({ traceId }: { traceId: string }) => (
  <Empty title="No span of this trace is stored">
    <p>
      <code>{traceId}</code> may not have arrived yet, may be older than what is kept, or may be another kind
      of id.
    </p>
    <p class="offers">
      <button type="button" class="outlined" onClick={refresh}>
        Look again
      </button>
      <a class="button outlined" href={link(idPath(traceId), { all: 1 })}>
        Look it up as any id
      </a>
      <a class="button outlined" href={link('/traces')}>
        All traces
      </a>
    </p>
  </Empty>
)

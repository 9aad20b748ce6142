/** Why a change was refused, in a line beside what was asked for. */
import { sentence } from '../lib/format.ts'
import type { Failure } from '../state/api.ts'

export const Refused = ({ failure }: { failure: Failure | undefined }) =>
  failure === undefined ? null : (
    <p class="refused" role="alert">
      {sentence(failure.message)} <span class="muted">{failure.hint}</span>
    </p>
  )

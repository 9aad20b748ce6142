/** The tools above the waterfall: which lines are shown, finding, errors one after another, folding. */
import { Icon } from '../parts/icons.tsx'
import type { LinesShown } from '../trace/lines.ts'

interface Props {
  lines: LinesShown
  onLines: (lines: LinesShown) => void
  find: string
  /** How many spans match; undefined when nothing is looked for. */
  found: number | undefined
  onFind: (text: string) => void
  onMatch: (step: 1 | -1) => void
  errors: number
  onError: (step: 1 | -1) => void
  onFold: (fold: boolean) => void
}

export function TraceTools({ lines, onLines, find, found, onFind, onMatch, errors, onError, onFold }: Props) {
  return (
    <div class="trace-tools">
      <span class="muted" id="lines-label">
        Logs and events
      </span>
      <div class="segments" role="group" aria-labelledby="lines-label">
        {(['none', 'errors', 'all'] as const).map(choice => (
          <button type="button" key={choice} aria-pressed={lines === choice} onClick={() => onLines(choice)}>
            {choice}
          </button>
        ))}
      </div>
      <div class="find">
        <Icon name="search" />
        <input
          id="find-in-trace"
          value={find}
          placeholder="find in this trace"
          aria-label="Find in this trace"
          spellcheck={false}
          onInput={event => onFind(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter') onMatch(event.shiftKey ? -1 : 1)
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        {found !== undefined && <Steps label={`${found} found`} what="match" count={found} step={onMatch} />}
      </div>
      {errors > 0 && (
        <Steps
          label={`${errors} ${errors === 1 ? 'error' : 'errors'}`}
          what="error"
          count={errors}
          step={onError}
          bad
        />
      )}
      <span class="apart">
        <button
          type="button"
          class="square"
          onClick={() => onFold(true)}
          title="Collapse all  {"
          aria-label="Collapse all"
        >
          <Icon name="fold" />
        </button>
        <button
          type="button"
          class="square"
          onClick={() => onFold(false)}
          title="Expand all  }"
          aria-label="Expand all"
        >
          <Icon name="unfold" />
        </button>
      </span>
    </div>
  )
}

interface StepsProps {
  label: string
  what: string
  count: number
  bad?: boolean
  step: (step: 1 | -1) => void
}

const Steps = ({ label, what, count, bad = false, step }: StepsProps) => (
  <span class="steps" role="status">
    <span class={bad ? 'bad' : 'muted'}>{label}</span>
    <button
      type="button"
      class="square"
      disabled={count === 0}
      onClick={() => step(-1)}
      aria-label={`Previous ${what}`}
    >
      <Icon name="left" />
    </button>
    <button
      type="button"
      class="square"
      disabled={count === 0}
      onClick={() => step(1)}
      aria-label={`Next ${what}`}
    >
      <Icon name="right" />
    </button>
  </span>
)

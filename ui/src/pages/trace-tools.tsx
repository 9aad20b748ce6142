/** The tools above the waterfall: which lines are shown, finding, errors one after another, folding. */
import { Icon } from '../parts/icons.tsx'
import { LOOKS, type TraceView } from '../trace/view.ts'

export function TraceTools({ view, find }: { view: TraceView; find: string }) {
  const { act, scene, found } = view
  const errors = scene.layout.failed.reduce((sum, failed) => sum + failed, 0)
  return (
    <div class="trace-tools">
      <div class="segments looks" role="group" aria-label="View">
        {LOOKS.map((look, i) => (
          <button
            type="button"
            key={look}
            title={`Key ${i + 1}`}
            aria-pressed={view.look === look}
            onClick={() => act.setLook(look)}
          >
            {look}
          </button>
        ))}
      </div>
      {view.look === 'waterfall' && <LinesChoice view={view} />}
      <div class="find">
        <Icon name="search" />
        <input
          id="find-in-trace"
          value={find}
          placeholder="find in this trace"
          aria-label="Find in this trace"
          spellcheck={false}
          onInput={event => act.setFind(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter') act.nextMatch(event.shiftKey ? -1 : 1)
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        {found && (
          <Steps
            label={`${found.spans.length} found`}
            what="match"
            count={found.spans.length}
            step={act.nextMatch}
          />
        )}
      </div>
      {errors > 0 && (
        <Steps
          label={`${errors} ${errors === 1 ? 'error' : 'errors'}`}
          what="error"
          count={errors}
          step={act.nextError}
          bad
        />
      )}
      {view.look === 'waterfall' && <Folding act={act} />}
    </div>
  )
}

const Folding = ({ act }: Pick<TraceView, 'act'>) => (
  <span class="apart">
    <button
      type="button"
      class="square"
      onClick={() => act.foldAll(true)}
      title="Collapse all  {"
      aria-label="Collapse all"
    >
      <Icon name="fold" />
    </button>
    <button
      type="button"
      class="square"
      onClick={() => act.foldAll(false)}
      title="Expand all  }"
      aria-label="Expand all"
    >
      <Icon name="unfold" />
    </button>
  </span>
)

function LinesChoice({ view: { shown, act } }: { view: TraceView }) {
  return (
    <>
      <span class="muted" id="lines-label">
        Logs and events
      </span>
      <div class="segments" role="group" aria-labelledby="lines-label">
        {(['none', 'errors', 'all'] as const).map(choice => (
          <button
            type="button"
            key={choice}
            aria-pressed={shown === choice}
            onClick={() => act.setLines(choice)}
          >
            {choice}
          </button>
        ))}
      </div>
    </>
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

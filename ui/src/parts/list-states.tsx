/** What stands between the head of a list and its rows, the same for every list, with a cursor or without. */
import type { ComponentChildren } from 'preact'
import type { Answered } from '../../../collector/src/serve/api-types.ts'
import type { Failure } from '../state/api.ts'
import type { Loaded } from '../state/load.ts'
import { Failed, Partial, Progress, Skeleton, Stopped } from './states.tsx'

interface Props {
  list: Loaded<Answered> & { readonly more?: (() => void) | undefined; readonly loadingMore?: boolean }
  /** Rows loaded so far. */
  count: number
  /** A failure that is shown elsewhere, at the query. */
  fault?: Failure | undefined
  /** What an empty result says. */
  empty: ComponentChildren
  /** Of a list with a cursor. */
  pageSize?: number
  children: ComponentChildren
}

export function ListStates({ list, count, fault, empty, pageSize, children }: Props) {
  return (
    <>
      <Partial answer={list.data} />
      <Progress loading={list.loading} stop={list.stop} />
      {list.failure && !fault && <Failed failure={list.failure} old={list.data !== undefined} />}
      {list.stopped && <Stopped />}
      {!list.data && list.loading && <Skeleton rows={14} />}
      {list.data && count === 0 && !fault && empty}
      {count > 0 && <div class={list.loading || fault ? 'stale' : ''}>{children}</div>}
      {list.more && (
        <button type="button" class="outlined more" disabled={list.loadingMore === true} onClick={list.more}>
          {list.loadingMore ? 'Loading' : `${pageSize} more`}
        </button>
      )}
    </>
  )
}

interface OrderProps<T extends string> {
  choices: readonly T[]
  chosen: T
  onChoose: (choice: T) => void
}

/** One of a few orders. */
export function Order<T extends string>({ choices, chosen, onChoose }: OrderProps<T>) {
  return (
    <div class="segments" role="group" aria-label="Order">
      {choices.map(choice => (
        <button type="button" key={choice} aria-pressed={choice === chosen} onClick={() => onChoose(choice)}>
          {choice}
        </button>
      ))}
    </div>
  )
}

/**
 * Loading what a page shows: the last answer stays (dimmed by the page) while the next one loads, a
 * request that nobody waits for any more is aborted, and so is one that a person stops.
 */
import { useSignal } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import { ApiError, get, type Failure } from './api.ts'
import { refreshes } from './range.ts'

export interface Loaded<T> {
  /** The last answer, also while the next one loads. */
  readonly data: T | undefined
  readonly failure: Failure | undefined
  readonly loading: boolean
  /** A person stopped it. */
  readonly stopped: boolean
  readonly stop: () => void
}

interface State<T> extends Omit<Loaded<T>, 'stop'> {
  readonly subject: string
}

/** Enough to go back and forth without waiting; a large trace is some ten megabytes. */
const KEPT_ANSWERS = 8
const answers = new Map<string, unknown>()

function keep(path: string, answer: unknown): void {
  answers.delete(path)
  answers.set(path, answer)
  if (answers.size > KEPT_ANSWERS) answers.delete(answers.keys().next().value!)
}

/**
 * @param path what to GET; null loads nothing
 * @param subject data of another subject is not shown while loading (another trace, say)
 */
export function useLoad<T>(path: string | null, subject = ''): Loaded<T> {
  const known = path === null ? undefined : (answers.get(path) as T | undefined)
  const blank: State<T> = { subject, data: known, failure: undefined, loading: path !== null, stopped: false }
  const state = useSignal(blank)
  const abort = useRef<AbortController | undefined>(undefined)
  const current = state.value.subject === subject ? state.value : blank
  const refresh = refreshes.value

  useEffect(() => {
    if (path === null) return undefined
    const controller = new AbortController()
    abort.current = controller
    const data = known ?? current.data
    state.value = { ...blank, data, loading: true }
    load<T>(path, controller, outcome => (state.value = { ...blank, data, loading: false, ...outcome }))
    return () => controller.abort()
  }, [path, subject, refresh])

  const stop = useCallback(() => {
    abort.current?.abort()
    state.value = { ...state.peek(), loading: false, stopped: true }
  }, [])
  return { ...current, stop }
}

type Outcome<T> = { readonly data: T } | { readonly failure: Failure }

/** Tells the outcome, unless it was aborted before. */
function load<T>(path: string, controller: AbortController, tell: (outcome: Outcome<T>) => void): void {
  get<T>(path, controller.signal).then(
    data => {
      keep(path, data)
      if (!controller.signal.aborted) tell({ data })
    },
    (error: unknown) => {
      if (controller.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      tell({ failure: error.failure })
    },
  )
}

export interface Paged<A> extends Loaded<A> {
  /** The first answer and what followed it. */
  readonly pages: readonly A[]
  readonly more: (() => void) | undefined
  readonly loadingMore: boolean
}

/**
 * A list with a cursor: `more` loads the page behind the last one. A refresh begins again at the first.
 * @param path the first page without cursor
 */
export function usePages<A extends { readonly cursor: string | null }>(
  path: string | null,
  subject = '',
): Paged<A> {
  const first = useLoad<A>(path, subject)
  const further = useSignal<{ readonly of: A | undefined; readonly pages: readonly A[] }>({
    of: undefined,
    pages: [],
  })
  const loadingMore = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)
  const behind = further.value.of === first.data ? further.value.pages : []
  const last = behind.at(-1) ?? first.data

  const more = async (): Promise<void> => {
    if (path === null || !last?.cursor || loadingMore.peek()) return
    loadingMore.value = true
    failure.value = undefined
    try {
      const answer = await get<A>(`${path}&cursor=${encodeURIComponent(last.cursor)}`)
      further.value = { of: first.data, pages: [...behind, answer] }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failure.value = error.failure
    } finally {
      loadingMore.value = false
    }
  }
  return {
    ...first,
    failure: first.failure ?? failure.value,
    pages: first.data ? [first.data, ...behind] : [],
    more: last?.cursor ? () => void more() : undefined,
    loadingMore: loadingMore.value,
  }
}

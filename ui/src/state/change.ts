/**
 * Changing something at the collector: one request at a time, what it answered or why it refused, and
 * then everything on the page asks anew.
 */
import { useSignal, type Signal } from '@preact/signals'
import { ApiError, send, type Failure } from './api.ts'
import { refresh } from './range.ts'

export interface Change {
  readonly busy: boolean
  readonly failure: Failure | undefined
  /** @returns the answer; undefined where it was refused */
  readonly run: <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<T | undefined>
  readonly forget: () => void
}

export function useChange(): Change {
  const busy = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)
  return {
    busy: busy.value,
    failure: failure.value,
    forget: () => (failure.value = undefined),
    run: (method, path, body) =>
      busy.peek() ? Promise.resolve(undefined) : run(busy, failure, method, path, body),
  }
}

async function run<T>(
  busy: Signal<boolean>,
  failure: Signal<Failure | undefined>,
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object = {},
): Promise<T | undefined> {
  busy.value = true
  failure.value = undefined
  try {
    const answer = await send<T>(method, path, body)
    refresh()
    return answer
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    failure.value = error.failure
    return undefined
  } finally {
    busy.value = false
  }
}

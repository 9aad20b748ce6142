/** A page in a chunk of its own: loaded when somebody goes there, and kept. */
import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { Failed, Skeleton } from '../parts/states.tsx'
import type { Failure } from '../state/api.ts'

const NOT_LOADED: Failure = {
  kind: 'offline',
  status: 0,
  code: 'offline',
  message: 'This page could not be loaded.',
  hint: 'The collector does not answer, or was replaced by another version: load the page anew.',
  position: undefined,
}

export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<{ readonly page: ComponentType<P> } | 'loading' | 'failed' | undefined>(undefined)
  const begin = (): void => {
    loaded.value = 'loading'
    load().then(
      page => (loaded.value = { page }),
      () => (loaded.value = 'failed'),
    )
  }
  return function LazyPage(props: P) {
    const state = loaded.value
    if (state === undefined) begin()
    if (state === 'failed')
      return (
        <div class="page">
          <Failed failure={NOT_LOADED} old={false} retry={begin} />
        </div>
      )
    if (state === undefined || state === 'loading')
      return (
        <div class="page">
          <Skeleton rows={8} />
        </div>
      )
    const { page: Page } = state
    return <Page {...props} />
  }
}

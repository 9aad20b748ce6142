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

/** @param what  a part of a page is loaded where it stands */
export function lazyPage<P extends object>(
  load: () => Promise<ComponentType<P>>,
  what: 'page' | 'part' = 'page',
): ComponentType<P> {
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
        <div class={what}>
          <Failed failure={NOT_LOADED} old={false} retry={begin} />
        </div>
      )
    if (state === undefined || state === 'loading')
      return (
        <div class={what}>
          <Skeleton rows={what === 'page' ? 8 : 2} />
        </div>
      )
    const { page: Page } = state
    return <Page {...props} />
  }
}

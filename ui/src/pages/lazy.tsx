/** A page whose code is loaded when it is first opened, so that the first load stays small. */
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { signal } from '@preact/signals'
import { Empty, Skeleton } from '../parts/states.tsx'

export function lazyPage(load: () => Promise<ComponentType>): ComponentType {
  const page = signal<ComponentType | undefined>(undefined)
  const failed = signal(false)
  const begin = (): void => {
    failed.value = false
    load().then(
      loaded => (page.value = loaded),
      () => (failed.value = true),
    )
  }
  return function Lazy() {
    useEffect(() => {
      if (!page.peek()) begin()
    }, [])
    const Loaded = page.value
    if (Loaded) return <Loaded />
    return <div class="page">{failed.value ? <NotLoaded /> : <Skeleton rows={14} />}</div>
  }
}

/** A collector that was upgraded has this page's code under another name. */
const NotLoaded = () => (
  <Empty title="The code of this page did not load">
    <p>The collector does not answer, or it has been upgraded since this page was opened.</p>
    <p class="offers">
      <button type="button" class="outlined" onClick={() => location.reload()}>
        Load the page anew
      </button>
    </p>
  </Empty>
)

/** The pane at the right: as wide as a person drags it, a sheet over the page on a phone. */
import type { ComponentChildren } from 'preact'
import { detailsWidth } from '../state/preferences.ts'

const NARROWEST = 300
const LEFT_OVER = 420
const STEP = 24

const clamp = (width: number): number => Math.max(NARROWEST, Math.min(width, innerWidth - LEFT_OVER))

export function DetailsPane({ children }: { children: ComponentChildren }) {
  return (
    <aside class="pane" style={{ width: `${clamp(detailsWidth.value)}px` }} aria-label="Details">
      <div
        class="edge-grip"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the details"
        aria-valuenow={Math.round(clamp(detailsWidth.value))}
        aria-valuemin={NARROWEST}
        aria-valuemax={Math.max(NARROWEST, innerWidth - LEFT_OVER)}
        tabIndex={0}
        onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={event => {
          if (event.currentTarget.hasPointerCapture(event.pointerId))
            detailsWidth.value = clamp(document.body.clientWidth - event.clientX)
        }}
        onKeyDown={event => {
          const way = event.key === 'ArrowLeft' ? 1 : event.key === 'ArrowRight' ? -1 : 0
          if (way === 0) return
          event.stopPropagation()
          detailsWidth.value = clamp(detailsWidth.value + way * STEP)
        }}
      />
      <div class="pane-scroll">{children}</div>
    </aside>
  )
}

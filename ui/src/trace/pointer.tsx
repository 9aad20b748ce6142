/** What follows the pointer over the bars: a line through all rows, and the text of the tick beneath it. */
import type { ReadonlySignal } from '@preact/signals'
import { formatDuration } from '../lib/format.ts'
import type { Line } from './lines.ts'
import type { Scene } from './paint.ts'
import { xOf, type Scale } from './scale.ts'

/** Place within the bars' area, in CSS pixels, and the row beneath. */
export interface Pointed {
  readonly x: number
  readonly y: number
  readonly row: number
}

interface Props {
  pointer: ReadonlySignal<Pointed | undefined>
  scene: Scene
  scale: Scale
  labels: number
}

const AXIS_HEIGHT = 24
const NEAR = 4
const MOST_LINES = 4

export function PointerMarks({ pointer, scene, scale, labels }: Props) {
  const at = pointer.value
  if (!at) return null
  const near = linesAt(scene, scale, at)
  return (
    <>
      <i class="cross" style={{ left: `${labels + at.x}px` }} />
      {near.length > 0 && (
        <div
          class="floating tip"
          style={{
            top: `${AXIS_HEIGHT + at.y + 16}px`,
            ...(at.x > scale.width / 2
              ? { right: `${scale.width - at.x}px` }
              : { left: `${labels + at.x + 8}px` }),
          }}
        >
          {near.slice(0, MOST_LINES).map(line => (
            <p key={line.id} class={line.tone}>
              <span class="muted">{formatDuration(Math.max(0, line.at))}</span>{' '}
              <span class="mono">{line.text}</span>
            </p>
          ))}
          {near.length > MOST_LINES && <p class="muted">{near.length - MOST_LINES} more</p>}
        </div>
      )}
    </>
  )
}

function linesAt(scene: Scene, scale: Scale, { x, row }: Pointed): Line[] {
  if (row >= scene.rows.count || scene.rows.line[row] !== -1) return []
  const span = scene.rows.span[row]!
  return scene.lines
    .slice(scene.firstLine[span], scene.firstLine[span + 1])
    .filter(line => Math.abs(xOf(scale, line.at) - x) <= NEAR)
}

/** The head of the waterfall: the time axis, the handle between labels and bars, the time under the pointer. */
import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatDuration } from '../lib/format.ts'
import type { Tick } from '../lib/ticks.ts'
import { labelShare } from '../state/preferences.ts'
import type { Pointed } from './pointer.tsx'
import { clampZoom, timeAt, xOf, type Scale, type Zoom } from './scale.ts'

interface Props {
  scale: Scale
  ticks: readonly Tick[]
  /** Width of the labels in CSS pixels. */
  labels: number
  pointer: ReadonlySignal<Pointed | undefined>
  zoom: Zoom | undefined
  total: number
  onZoom: (zoom: Zoom | undefined) => void
}

export function Axis({ scale, ticks, labels, pointer, zoom, total, onZoom }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const grip = useSignal<{ from: number; to: number } | undefined>(undefined)
  const place = (event: PointerEvent): number =>
    Math.max(0, event.clientX - box.current!.getBoundingClientRect().left - labels)
  const held = grip.value
  return (
    <div class="axis" ref={box}>
      <div class="corner" style={{ width: `${labels}px` }}>
        Service and operation
        {zoom && (
          <button type="button" onClick={() => onZoom(undefined)}>
            Whole trace
          </button>
        )}
        <Divider labels={labels} box={box} />
      </div>
      <div
        class="scale"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          grip.value = { from: place(event), to: place(event) }
        }}
        onPointerMove={event => {
          if (grip.value) grip.value = { ...grip.value, to: place(event) }
        }}
        onPointerUp={() => {
          grip.value = undefined
          if (!held || Math.abs(held.to - held.from) < 4) return
          const [a, b] = [Math.min(held.from, held.to), Math.max(held.from, held.to)]
          onZoom(clampZoom({ from: timeAt(scale, a), to: timeAt(scale, b) }, total))
        }}
      >
        {ticks.map(({ at, label }) => {
          const x = xOf(scale, at)
          return x > scale.width - 30 ? null : (
            <span key={at} style={{ left: `${x}px` }}>
              {label}
            </span>
          )
        })}
        {held && (
          <i
            class="grip"
            style={{ left: `${Math.min(held.from, held.to)}px`, width: `${Math.abs(held.to - held.from)}px` }}
          />
        )}
        <Pointer scale={scale} pointer={pointer} />
      </div>
    </div>
  )
}

function Pointer({ scale, pointer }: { scale: Scale; pointer: ReadonlySignal<Pointed | undefined> }) {
  const x = pointer.value?.x
  if (x === undefined) return null
  return (
    <span class="pointer" style={{ left: `${Math.min(x, scale.width - 56)}px` }}>
      {formatDuration(Math.max(0, timeAt(scale, x)))}
    </span>
  )
}

const STEP = 0.02
const clampShare = (share: number): number => Math.min(0.7, Math.max(0.15, share))

function Divider({ labels, box }: { labels: number; box: { current: HTMLElement | null } }) {
  return (
    <div
      class="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the labels"
      aria-valuenow={Math.round(labelShare.value * 100)}
      aria-valuemin={15}
      aria-valuemax={70}
      tabIndex={0}
      onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={event => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId) || !box.current) return
        const { left, width } = box.current.getBoundingClientRect()
        labelShare.value = clampShare((event.clientX - left) / width)
      }}
      onKeyDown={event => {
        const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
        if (way !== 0) labelShare.value = clampShare(labelShare.value + way * STEP)
      }}
      style={{ left: `${labels - 3}px` }}
    />
  )
}

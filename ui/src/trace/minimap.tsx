/** The whole trace in forty pixels; dragging over it zooms, a double click shows all again. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useWidth } from '../chart/measure.ts'
import { Canvas } from '../chart/canvas.tsx'
import { paintMinimap, type Palette, type Scene } from './paint.ts'
import { clampZoom, type Zoom } from './scale.ts'

const HEIGHT = 40

interface Props {
  scene: Scene
  palette: Palette
  zoom: Zoom | undefined
  onZoom: (zoom: Zoom | undefined) => void
}

export function Minimap({ scene, palette, zoom, onZoom }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const grip = useSignal<{ from: number; to: number } | undefined>(undefined)
  const { total } = scene.layout
  const place = (event: PointerEvent): number => {
    const { left } = box.current!.getBoundingClientRect()
    return (Math.min(width, Math.max(0, event.clientX - left)) / width) * total
  }
  const held = grip.value && {
    from: Math.min(grip.value.from, grip.value.to),
    to: Math.max(grip.value.from, grip.value.to),
  }
  const shown = held ?? zoom
  return (
    <div
      class="minimap"
      ref={box}
      title="Drag to zoom, double click for the whole trace"
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        grip.value = { from: place(event), to: place(event) }
      }}
      onPointerMove={event => {
        if (grip.value) grip.value = { ...grip.value, to: place(event) }
      }}
      onPointerUp={() => {
        grip.value = undefined
        if (held && (held.to - held.from) / total > 0.004) onZoom(clampZoom(held, total))
      }}
      onPointerCancel={() => (grip.value = undefined)}
      onDblClick={() => onZoom(undefined)}
    >
      <Canvas width={width} height={HEIGHT} paint={ctx => paintMinimap(ctx, scene, width, HEIGHT, palette)} />
      {shown && (
        <>
          <i class="shade" style={{ left: '0', width: `${(shown.from / total) * 100}%` }} />
          <i class="shade" style={{ left: `${(shown.to / total) * 100}%`, right: '0' }} />
        </>
      )}
    </div>
  )
}

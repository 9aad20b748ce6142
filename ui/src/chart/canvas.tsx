/** A canvas whose unit is one CSS pixel whatever the screen's density, painted anew when `paint` changes. */
import { useLayoutEffect, useRef } from 'preact/hooks'

interface Props {
  width: number
  height: number
  /** Distance from the top of the container, in CSS pixels. */
  top?: number
  left?: number
  paint: (ctx: CanvasRenderingContext2D) => void
}

export function Canvas({ width, height, top = 0, left = 0, paint }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const ctx = canvas.current?.getContext('2d')
    if (!canvas.current || !ctx || width < 1 || height < 1) return
    const density = devicePixelRatio || 1
    const [w, h] = [Math.round(width * density), Math.round(height * density)]
    if (canvas.current.width !== w || canvas.current.height !== h) {
      canvas.current.width = w
      canvas.current.height = h
    }
    ctx.setTransform(density, 0, 0, density, 0, 0)
    paint(ctx)
  })
  return (
    <canvas
      ref={canvas}
      aria-hidden="true"
      style={{ width: `${width}px`, height: `${height}px`, top: `${top}px`, left: `${left}px` }}
    />
  )
}

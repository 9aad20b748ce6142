/**
 * The time axis of a trace: from nanoseconds behind its start to CSS pixels, and back.
 *
 * At the right a margin is left free in which the last bars' durations are written.
 */

export interface Zoom {
  readonly from: number
  readonly to: number
}

export interface Scale extends Zoom {
  /** Width of the whole area in CSS pixels. */
  readonly width: number
  /** Pixels a nanosecond. */
  readonly factor: number
}

export const RIGHT_MARGIN = 64

export function makeScale(zoom: Zoom, width: number): Scale {
  const drawn = Math.max(1, width - RIGHT_MARGIN)
  return { from: zoom.from, to: zoom.to, width, factor: drawn / Math.max(1, zoom.to - zoom.from) }
}

export const xOf = (scale: Scale, at: number): number => (at - scale.from) * scale.factor
export const timeAt = (scale: Scale, x: number): number => scale.from + x / scale.factor

/** As in the URL: `120000-480000`; undefined when malformed, empty or all of the trace. */
export function readZoom(text: string, total: number): Zoom | undefined {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text)
  if (!match) return undefined
  const zoom = clampZoom({ from: Number(match[1]), to: Number(match[2]) }, total)
  return zoom.to - zoom.from >= total ? undefined : zoom
}

export const writeZoom = (zoom: Zoom | undefined): string =>
  zoom ? `${Math.floor(zoom.from)}-${Math.ceil(zoom.to)}` : ''

/** Within the trace, and at least 10 ns long. */
export function clampZoom({ from, to }: Zoom, total: number): Zoom {
  const length = Math.min(total, Math.max(10, to - from))
  const start = Math.min(Math.max(0, from), total - length)
  return { from: start, to: start + length }
}

/** Closer or farther by `factor`, with the instant `at` kept where it is. */
export function zoomAround(zoom: Zoom, at: number, factor: number, total: number): Zoom {
  return clampZoom({ from: at - (at - zoom.from) * factor, to: at + (zoom.to - at) * factor }, total)
}

/** The size of an element as it is now, in CSS pixels. */
import { useSignal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import type { RefObject } from 'preact'

export interface Size {
  readonly width: number
  readonly height: number
}

export function useSize(
  element: RefObject<HTMLElement | null>,
  initial: Size = { width: 0, height: 0 },
): Size {
  const size = useSignal(initial)
  useLayoutEffect(() => {
    const box = element.current
    if (!box) return undefined
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = box
      if (width !== size.peek().width || height !== size.peek().height) size.value = { width, height }
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    return () => observer.disconnect()
  }, [])
  return size.value
}

export const useWidth = (element: RefObject<HTMLElement | null>): number =>
  Math.max(1, useSize(element).width)

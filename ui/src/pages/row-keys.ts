/** `j` and `k` through the rows of a list, `enter` opens the chosen one; the row comes into view. */
import type { Signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useKeys } from '../state/keys.ts'

export function useRowKeys(
  chosen: Signal<number>,
  count: number,
  box: RefObject<HTMLElement | null>,
  open: (row: number) => void,
): void {
  const move = (step: number): void => {
    chosen.value = Math.min(count - 1, Math.max(0, chosen.value + step))
    box.current?.querySelectorAll('[data-row]')[chosen.value]?.scrollIntoView({ block: 'nearest' })
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => chosen.value >= 0 && chosen.value < count && open(chosen.value),
    Escape: () => (chosen.value >= 0 ? (chosen.value = -1) : history.back()),
  })
}

/** How much of what was stored before is counted; asks again until all of it is. */
import { useEffect } from 'preact/hooks'
import { refresh } from '../state/range.ts'

const ASK_MILLIS = 1000

export const isCounting = (backfilled: number): boolean => backfilled < 1

/** While one of them is not whole, the page asks again. */
export function useBackfill(shares: readonly number[], loading: boolean): void {
  const counting = shares.some(isCounting)
  useEffect(() => {
    if (!counting || loading) return undefined
    const timer = setTimeout(refresh, ASK_MILLIS)
    return () => clearTimeout(timer)
  }, [counting, loading])
}

export function Backfill({ share }: { share: number }) {
  if (!isCounting(share)) return null
  const percent = Math.floor(share * 100)
  return (
    <span class="backfill" role="status">
      <progress max={1} value={share} aria-label="Counting what is stored" />
      counting what is stored, newest first: {percent}&nbsp;%
    </span>
  )
}

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

/** @param brief where there is no room for a sentence */
export function Backfill({ share, brief = false }: { share: number; brief?: boolean }) {
  if (!isCounting(share)) return null
  const percent = `${Math.floor(share * 100)}\u00a0%`
  const words = `counting what is stored, newest first: ${percent}`
  return (
    <span class="backfill" role="status" title={words}>
      <progress max={1} value={share} aria-label="Counting what is stored" />
      {brief ? percent : words}
    </span>
  )
}

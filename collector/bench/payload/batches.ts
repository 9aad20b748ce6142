/**
 * Batches as the exporters of the services send them: each holds items of one service alone, in
 * the order in which they ended, and leaves when it is full.
 */
export interface Batch<T> {
  /** Index into SERVICES. */
  readonly service: number
  readonly items: readonly T[]
}

export function* batches<T extends { readonly service: number; readonly end: number }>(
  items: Iterable<T>,
  size: number,
): Generator<Batch<T>> {
  const open: T[][] = []
  for (const item of items) {
    const batch = (open[item.service] ??= [])
    batch.push(item)
    if (batch.length < size) continue
    open[item.service] = []
    yield { service: item.service, items: inOrderOfEnd(batch) }
  }
  for (const [service, batch] of open.entries())
    if (batch && batch.length > 0) yield { service, items: inOrderOfEnd(batch) }
}

function inOrderOfEnd<T extends { readonly end: number }>(items: T[]): T[] {
  return items.sort((a, b) => a.end - b.end)
}

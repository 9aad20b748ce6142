/**
 * What a request's items were refused or changed for: exact counts, and one English sentence for
 * the sender, who reads it as `error_message` of a partial success.
 */
export class Findings {
  /** Items refused. */
  rejected = 0
  readonly #rejections = new Map<string, number>()
  readonly #warnings = new Map<string, number>()

  /** @param reason why, e.g. "trace_id is not 16 bytes" */
  reject(reason: string, items = 1): void {
    if (items === 0) return
    this.rejected += items
    this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + items)
  }

  /** Something was accepted, but not as it was sent. */
  warn(what: string): void {
    this.#warnings.set(what, (this.#warnings.get(what) ?? 0) + 1)
  }

  /** @param noun what an item is called, in the plural @returns '' when there is nothing to tell */
  message(noun: string): string {
    const parts: string[] = []
    if (this.rejected > 0) parts.push(`${this.rejected} ${noun} rejected: ${listed(this.#rejections)}.`)
    if (this.#warnings.size > 0) parts.push(`Accepted with changes: ${listed(this.#warnings)}.`)
    return parts.join(' ')
  }
}

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([reason, count]) => `${reason} (${count})`).join('; ')

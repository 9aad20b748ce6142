/**
 * Sums, means and quantiles that keep their digits.
 *
 * Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
 */

/** What rounding lost in a finite `total = sum + value`. */
export function lostIn(sum: number, value: number, total: number): number {
  return Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum
}

/** Sum of `values[from, to)`, compensated. */
export function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  let lost = 0
  for (let i = from; i < to; i++) {
    const value = values[i]!
    const total = sum + value
    lost = Math.abs(total) === Infinity ? 0 : lost + lostIn(sum, value, total)
    sum = total
  }
  return sum + lost
}

/**
 * A mean that takes one value after the other. It divides a compensated sum, and goes over to an
 * incremental mean from the value on at which the sum would overflow.
 */
export class Mean {
  #count = 0
  #sum = 0
  #lost = 0
  #incremental = false

  add(value: number): void {
    this.#count++
    if (!this.#incremental && !this.#overflows(value)) return
    if (!this.#absorbs(value)) {
      const mean = this.#sum + this.#lost
      this.#accumulate(value / this.#count - mean / this.#count)
    }
  }

  get value(): number {
    return this.#incremental ? this.#sum + this.#lost : this.#sum / this.#count + this.#lost / this.#count
  }

  /** Adds to the sum, or turns the sum into a mean. */
  #overflows(value: number): boolean {
    const total = this.#sum + value
    if (this.#count === 1 || Math.abs(total) !== Infinity) {
      this.#accumulate(value)
      return false
    }
    this.#incremental = true
    this.#sum /= this.#count - 1
    this.#lost /= this.#count - 1
    return true
  }

  /** An infinite mean stays what it is, unless the opposite infinity or a NaN comes. */
  #absorbs(value: number): boolean {
    return Math.abs(this.#sum) === Infinity && (Number.isFinite(value) || value === this.#sum)
  }

  #accumulate(value: number): void {
    const total = this.#sum + value
    this.#lost = Math.abs(total) === Infinity ? 0 : this.#lost + lostIn(this.#sum, value, total)
    this.#sum = total
  }
}

/**
 * Linear interpolation between the two nearest ranks; NaNs rank lowest. Sorts `values` in place.
 * @returns NaN without values and for a NaN, ∓Infinity for a quantile outside of [0, 1]
 */
export function quantileOf(quantile: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(quantile)) return Number.NaN
  if (quantile < 0) return -Infinity
  if (quantile > 1) return Infinity
  sortNansFirst(values)
  const rank = quantile * (values.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(values.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return values[lower]! * (1 - weight) + values[upper]! * weight
}

/** A typed array sorts NaNs last. */
function sortNansFirst(values: Float64Array): void {
  values.sort()
  let first = values.length
  while (first > 0 && Number.isNaN(values[first - 1])) first--
  const nans = values.length - first
  if (nans === 0) return
  values.copyWithin(nans, 0, first)
  values.fill(Number.NaN, 0, nans)
}

/** Numbers as Go prints them. Source: pkg.go.dev/fmt, pkg.go.dev/strconv#FormatFloat. */

const special = (value: number): string | undefined => {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? undefined : value > 0 ? '+Inf' : '-Inf'
}

/** `1e+6` as `1e+06`. */
const withTwoDigits = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2')

/** `%g`. @param digits significant ones; as many as are needed without it */
export function formatG(value: number, digits?: number): string {
  const name = special(value)
  if (name !== undefined) return name
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const exponential =
    digits === undefined ? value.toExponential() : toEven(value, 'toExponential', Math.max(1, digits) - 1)
  const [mantissa, power] = exponential.split('e') as [string, string]
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  const exponent = Number(power)
  const limit = digits === undefined ? SHORTEST_LIMIT : Math.max(1, digits)
  if (exponent < -4 || exponent >= limit) return withTwoDigits(`${short}e${power}`)
  const decimals = Math.max(0, short.replace(/[-.]/g, '').length - 1 - exponent)
  return Number(`${short}e${power}`).toFixed(decimals)
}

/** From this power of ten on, the shortest form has an exponent. */
const SHORTEST_LIMIT = 6

/** `%f`. */
export const formatF = (value: number, decimals = 6): string => special(value) ?? fixed(value, decimals)

/** `toFixed` has no digits beyond 10^21. */
const fixed = (value: number, decimals: number): string =>
  Math.abs(value) < 1e21
    ? toEven(value, 'toFixed', decimals)
    : BigInt(value).toString() + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '')

/** `%e`. */
export const formatE = (value: number, decimals = 6): string =>
  special(value) ?? withTwoDigits(toEven(value, 'toExponential', decimals))

/** JavaScript rounds what lies exactly in the middle up, Go to the even digit. */
function toEven(value: number, form: 'toFixed' | 'toExponential', decimals: number): string {
  const text = value[form](decimals)
  const [mantissa, power] = value[form](Math.min(100, decimals + 60)).split('e') as [string, string?]
  const end = mantissa.indexOf('.') + 1 + decimals
  const isMiddle = /^50*$/.test(mantissa.slice(end))
  if (!isMiddle || !/[13579]$/.test(text.split('e')[0]!)) return text
  const cut = mantissa.slice(0, decimals === 0 ? end - 1 : end)
  return power === undefined ? cut : `${cut}e${power}`
}

/** Variables of the environment, read as the OpenTelemetry specification asks: empty is unset, nonsense is ignored. */
export type Environment = Readonly<Record<string, string | undefined>>

export function text(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** @returns undefined for what is no whole number from 0 on */
export function wholeNumber(value: string | undefined): number | undefined {
  return /^\d{1,9}$/.test(value?.trim() ?? '') ? Number(value) : undefined
}

export function isTrue(value: string | undefined): boolean {
  return /^(1|true)$/i.test(value?.trim() ?? '')
}

export function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** `a=1,b=2` with percent-encoded values; what is no pair is left out. Names are lower-cased where `fold` asks. */
export function keyValues(value: string | undefined, fold = false): Record<string, string> {
  const pairs: [string, string][] = []
  for (const part of value?.split(',') ?? []) {
    const at = part.indexOf('=')
    const name = text(part.slice(0, at))
    if (at < 1 || name === undefined) continue
    pairs.push([fold ? name.toLowerCase() : name, decoded(part.slice(at + 1).trim())])
  }
  return Object.fromEntries(pairs)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/**
 * Standard Webhooks: signs a message by its id, the time of the attempt and its body. Several secrets
 * give several signatures, so that a secret can be replaced without a gap.
 *
 * Source: github.com/standard-webhooks/standard-webhooks, spec, "Signature scheme".
 */
import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const MIN_BYTES = 24
const MAX_BYTES = 64

/** @returns undefined where the text is no secret of 24 to 64 bytes */
export function secretBytes(secret: string): Buffer | undefined {
  const base64 = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : ''
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES ? bytes : undefined
}

export const newSecret = (): string => PREFIX + randomBytes(32).toString('base64')

/** @param secrets that `secretBytes` takes, the newest first */
export function signatureHeaders(
  id: string,
  atSeconds: number,
  body: Uint8Array,
  secrets: readonly string[],
): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(atSeconds) }
  if (secrets.length === 0) return headers
  const signatures = secrets.map(secret => {
    const hmac = createHmac('sha256', secretBytes(secret)!)
    return `v1,${hmac.update(`${id}.${atSeconds}.`).update(body).digest('base64')}`
  })
  return { ...headers, 'webhook-signature': signatures.join(' ') }
}

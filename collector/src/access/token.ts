/** Tokens: 256 random bits behind a mark by which people and secret scanners know them. What is stored is the hash. */
import { createHash, randomBytes } from 'node:crypto'

const MARK = 'hod_'
const RANDOM_BYTES = 32
export const HASH_BYTES = 32

export const newToken = (): string => MARK + randomBytes(RANDOM_BYTES).toString('base64url')

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * Who sends, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, instant } from './common.ts'
import { z } from 'zod'

const told = z.string().nullable()

export const SendersAnswer: z.ZodType<api.SendersAnswer> = z.strictObject({
  senders: z.array(
    z.strictObject({
      service: z.string(),
      instance: z.string().describe('`service.instance.id`, or host and process id in its stead.'),
      version: told,
      host: told,
      pid: z.number().nullable(),
      runtime: told,
      sdk: told,
      distro: told.describe('The agent that put the SDK together, with its version.'),
      firstUnixNano: instant,
      lastUnixNano: instant.describe('The minute in which its last spans came.'),
    }),
  ),
  ...answered,
})

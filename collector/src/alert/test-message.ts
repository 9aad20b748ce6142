/** One message to a receiver, by hand: as an alert would be told, and never tried again. */
import type { Clock } from '../model/time.ts'
import { addressOf, bodyFor } from './bodies.ts'
import { groupKeyOf } from './payload.ts'
import type { Receiver } from './receivers.ts'
import { signatureHeaders } from './signature.ts'
import type { Transport } from './transport.ts'

export interface TestMessageParts {
  readonly clock: Clock
  readonly transport: Transport
  readonly externalUrl: string
}

export async function sendTest(
  receiver: Receiver,
  { clock, transport, externalUrl }: TestMessageParts,
): Promise<{ status: number | null; error: string | null }> {
  const now = clock.now()
  const labels = { alertname: 'HodoscopeTest', severity: 'ticket' }
  const body = bodyFor(
    receiver,
    {
      receiver: receiver.name,
      groupKey: groupKeyOf('{}', labels),
      groupLabels: labels,
      routeLabels: {},
      externalURL: externalUrl,
      reason: 'first notification',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations: { summary: 'A test, sent by hand' },
          startsAt: now,
          endsAt: undefined,
          generatorURL: `${externalUrl}/alerts`,
          fingerprint: '0'.repeat(16),
          sequence: 0,
        },
      ],
    },
    now,
  )
  const id = `msg_test_${receiver.name}_${now}`
  const headers = {
    ...receiver.headers,
    'Content-Type': receiver.format === 'template' ? receiver.contentType : 'application/json',
    ...signatureHeaders(id, Math.floor(now / 1_000), Buffer.from(body), receiver.secrets),
  }
  const answer = await transport({ url: addressOf(receiver), headers, body })
  if ('failure' in answer) return { status: null, error: answer.failure }
  const taken = answer.status >= 200 && answer.status < 300
  return { status: answer.status, error: taken ? null : `answered ${answer.status}` }
}

/** The tracer of the agent's own spans. Looked up once: the provider is registered before any hook can fire. */
import { trace, type Tracer } from '@opentelemetry/api'
import { VERSION } from './version.ts'

let own: Tracer | undefined

export function tracer(): Tracer {
  return (own ??= trace.getTracer('@hodoscope/agent', VERSION))
}

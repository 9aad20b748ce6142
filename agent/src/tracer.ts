/** The tracer of the agent's own spans. Until the agent has started, and where traces are off, the SDK's or none. */
import { trace, type Tracer } from '@opentelemetry/api'
import { VERSION } from './version.ts'

let own: Tracer | undefined

export function setTracer(tracer: Tracer | undefined): void {
  own = tracer
}

export function tracer(): Tracer {
  return (own ??= trace.getTracer('@hodoscope/agent', VERSION))
}

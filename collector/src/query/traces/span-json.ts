/** Spans and summaries in plain JSON. */
import { KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { serviceName, type Span } from '../../model/telemetry.ts'
import { between } from '../../model/time.ts'
import type { TraceSummary } from '../../store/api.ts'
import type { SpanJson, TraceRow } from '../answers/index.ts'
import { attributeList, type Containers } from '../containers.ts'

export function spanJson(
  span: Span,
  containers: Containers,
  place: { readonly parent: number; readonly depth: number },
): SpanJson {
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: serviceName(span.resource),
    kind: KIND_NAMES[span.kind],
    startTimeUnixNano: String(span.startTimeUnixNano),
    durationNano: between(span.startTimeUnixNano, span.endTimeUnixNano),
    status: STATUS_NAMES[span.status.code],
    statusMessage: span.status.message,
    traceState: span.traceState,
    flags: span.flags,
    attributes: attributeList(span.attributes),
    events: span.events.map(event => ({
      timeUnixNano: String(event.timeUnixNano),
      name: event.name,
      attributes: attributeList(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount,
    })),
    links: span.links.map(link => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      flags: link.flags,
      attributes: attributeList(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount,
    })),
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    resource: containers.resource(span.resource),
    scope: containers.scope(span.scope),
    parent: place.parent,
    depth: place.depth,
  }
}

export function traceRow(summary: TraceSummary): TraceRow {
  return {
    traceId: summary.traceId,
    root: { service: summary.rootService, name: summary.rootName },
    startTimeUnixNano: String(summary.startTimeUnixNano),
    durationNano: summary.durationNano,
    spanCount: summary.spanCount,
    errorCount: summary.errorCount,
    services: summary.services.map(service => ({ ...service })),
  }
}

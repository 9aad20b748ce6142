/**
 * Batches of spans as OTLP/JSON, as `exporter-trace-otlp-http` sends them: ids in hex, 64-bit
 * numbers as text, enums as numbers.
 *
 * Source: opentelemetry-proto, docs/specification.md, "JSON Protobuf Encoding".
 */
import { attributeJson } from './attribute.ts'
import type { Batch } from './batches.ts'
import { EXCEPTION, RESOURCES } from './shop.ts'
import type { PayloadSpan } from './spans.ts'

export function tracesJson(batch: Batch<PayloadSpan>, startUnixNano: bigint): Uint8Array {
  const request = {
    resourceSpans: [
      {
        resource: { attributes: RESOURCES[batch.service]!.map(attributeJson) },
        scopeSpans: [
          {
            scope: { name: '@opentelemetry/instrumentation-http', version: '0.301.0' },
            spans: batch.items.map(span => spanJson(span, startUnixNano)),
          },
        ],
      },
    ],
  }
  return Buffer.from(JSON.stringify(request))
}

function spanJson(span: PayloadSpan, startUnixNano: bigint): unknown {
  const hex = Buffer.from(span.trace.ids).toString('hex')
  const endTimeUnixNano = String(startUnixNano + BigInt(span.end))
  return {
    traceId: hex.slice(0, 32),
    spanId: spanIdHex(hex, span.index),
    ...(span.parent >= 0 && { parentSpanId: spanIdHex(hex, span.parent) }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(startUnixNano + BigInt(span.start)),
    endTimeUnixNano,
    attributes: span.attributes.map(attributeJson),
    ...(span.failed && {
      events: [
        { timeUnixNano: endTimeUnixNano, name: 'exception', attributes: EXCEPTION.map(attributeJson) },
      ],
      status: { code: 2 },
    }),
    flags: 0x101,
  }
}

const spanIdHex = (hex: string, index: number): string => hex.slice(32 + 16 * index, 48 + 16 * index)

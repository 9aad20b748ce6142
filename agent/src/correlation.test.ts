import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { correlationFromHeaders, correlationOf, withCorrelation } from './correlation.ts'

describe('the id of incoming headers', () => {
  it.each([
    [{ 'x-correlation-id': 'a', 'x-request-id': 'b' }, 'a'],
    [{ 'x-request-id': 'b' }, 'b'],
    [{ 'x-correlation-id': '', 'x-request-id': 'b' }, 'b'],
    [{ 'x-correlation-id': 'a, c' }, 'a'],
    [{ 'x-correlation-id': 'with space' }, undefined],
    [{ 'x-correlation-id': 'é' }, undefined],
    [{ 'x-correlation-id': 'x'.repeat(128) }, 'x'.repeat(128)],
    [{ 'x-correlation-id': 'x'.repeat(129) }, undefined],
    [{}, undefined],
  ])('%o → %s', (headers, id) => {
    expect(correlationFromHeaders(headers)).toBe(id)
  })
})

describe('the id of a context', () => {
  const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }

  it('is the one that was given, else the trace id, else none', () => {
    const inTrace = trace.setSpanContext(ROOT_CONTEXT, spanContext)
    expect(correlationOf(withCorrelation(inTrace, 'c-1'))).toBe('c-1')
    expect(correlationOf(inTrace)).toBe('a'.repeat(32))
    expect(correlationOf(ROOT_CONTEXT)).toBeUndefined()
  })

  it('is none for an invalid trace id', () => {
    const broken = trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceId: '0'.repeat(32) })
    expect(correlationOf(broken)).toBeUndefined()
  })
})

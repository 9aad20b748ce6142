import { describe, expect, it } from 'vitest'
import { readAnyId } from './any-id.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const dashed = '4bf92f35-77b3-4da6-a3ce-929d0e0e4736'

describe('any id', () => {
  it('32 hex digits in any case are a trace id, or a correlation value in either spelling', () => {
    expect(readAnyId(` ${trace.toUpperCase()} `)).toEqual({
      traceIds: [trace],
      spanIds: [],
      values: [trace.toUpperCase(), trace, dashed],
    })
  })

  it('16 hex digits are a span id, a trace id of 64 bits, or a correlation value', () => {
    expect(readAnyId('00F067AA0BA902B7')).toEqual({
      traceIds: ['000000000000000000f067aa0ba902b7'],
      spanIds: ['00f067aa0ba902b7'],
      values: ['00F067AA0BA902B7', '00f067aa0ba902b7'],
    })
  })

  it('a traceparent is its trace id', () => {
    expect(readAnyId(`00-${trace}-00f067aa0ba902b7-01`)).toMatchObject({ traceIds: [trace], spanIds: [] })
    expect(readAnyId(`cc-${trace}-00f067aa0ba902b7-01-more`)).toMatchObject({ traceIds: [trace] })
  })

  it('a UUID is a trace id, or a correlation value in either spelling', () => {
    expect(readAnyId(dashed)).toEqual({ traceIds: [trace], spanIds: [], values: [dashed, trace] })
    expect(readAnyId(dashed.toUpperCase()).values).toEqual([dashed.toUpperCase(), dashed, trace])
  })

  it.each(['req-81f3c2', '42', '4bf92f3577b34da6', '__proto__', 'ä'.repeat(500)])('%s is itself', id => {
    expect(readAnyId(id).values).toContain(id)
  })

  it.each(['req-81f3c2', `${trace}0`, 'zz067aa0ba902b7', dashed.replace('-', '')])(
    '%s is no trace id',
    id => {
      expect(readAnyId(id)).toEqual({ traceIds: [], spanIds: [], values: [id] })
    },
  )
})

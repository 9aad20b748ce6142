/**
 * W3C trace context by a table of cases, and the SDK's propagator beside it: wherever the two differ, the
 * recommendation is on our side, and the case says so.
 */
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
} from '@opentelemetry/api'
import { suppressTracing, TraceState, W3CTraceContextPropagator } from '@opentelemetry/core'
import { describe, expect, it } from 'vitest'
import { StrictTraceContextPropagator } from './trace-context.ts'

const ours = new StrictTraceContextPropagator()
const stock = new W3CTraceContextPropagator()

const T = '4bf92f3577b34da6a3ce929d0e0e4736'
const S = '00f067aa0ba902b7'

function extracted(propagator: typeof ours | typeof stock, headers: Record<string, unknown>) {
  const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)
  return trace.getSpanContext(context)
}

describe('traceparent', () => {
  it.each([
    ['sampled', `00-${T}-${S}-01`, 1],
    ['not sampled', `00-${T}-${S}-00`, 0],
    ['random, of level 2', `00-${T}-${S}-03`, 3],
    ['flags that nobody knows yet', `00-${T}-${S}-ff`, 3],
    ['a future version', `cc-${T}-${S}-01`, 1],
    ['a future version with more behind it', `cc-${T}-${S}-01-what-the-future-will-be-like`, 1],
    ['a future version with an empty part', `cc-${T}-${S}-01-`, 1],
  ])('%s is continued', (_name, traceparent, traceFlags) => {
    expect(extracted(ours, { traceparent })).toEqual({ traceId: T, spanId: S, traceFlags, isRemote: true })
  })

  it.each([
    ['nothing', undefined],
    ['empty', ''],
    ['a forbidden version', `ff-${T}-${S}-01`],
    ['version 00 with more behind it', `00-${T}-${S}-01-x`],
    ['a future version without a dash', `cc-${T}-${S}-01.x`],
    ['a version of one digit', `0-${T}-${S}-01`],
    ['a version that is none', `0x-${T}-${S}-01`],
    ['upper case', `00-${T.toUpperCase()}-${S}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${S}-01`],
    ['a parent id of zeros', `00-${T}-${'0'.repeat(16)}-01`],
    ['a short trace id', `00-${T.slice(1)}-${S}-01`],
    ['a long trace id', `00-${T}0-${S}-01`],
    ['a short parent id', `00-${T}-${S.slice(1)}-01`],
    ['letters beyond f', `00-${'g'.repeat(32)}-${S}-01`],
    ['flags of one digit', `00-${T}-${S}-1`],
    ['flags that are none', `00-${T}-${S}-0x`],
    ['underscores', `00_${T}_${S}_01`],
    ['two headers, joined as node:http joins them', `00-${T}-${S}-01, 00-${T}-${S}-01`],
    ['spaces inside', `00 -${T}-${S}-01`],
  ])('%s begins a new trace', (_name, traceparent) => {
    expect(extracted(ours, { traceparent })).toBeUndefined()
  })

  it.each([
    ['two headers as a list: the stock one takes the first', [`00-${T}-${S}-01`, `00-${T}-${S}-00`]],
    ['surrounding spaces, which HTTP has stripped before: the stock one strips more', `\t00-${T}-${S}-01 `],
  ])('%s; here it is invalid', (_name, traceparent) => {
    expect(extracted(ours, { traceparent })).toBeUndefined()
    expect(extracted(stock, { traceparent })).toMatchObject({ traceId: T })
  })
})

describe('tracestate', () => {
  const state = (propagator: typeof ours | typeof stock, tracestate: unknown) =>
    extracted(propagator, { traceparent: `00-${T}-${S}-01`, tracestate })?.traceState?.serialize()

  const members = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(',')

  it.each([
    ['one member', 'foo=1', 'foo=1'],
    ['order is kept', 'foo=1,bar=2', 'foo=1,bar=2'],
    ['spaces around members go', 'foo=1 \t, \tbar=2', 'foo=1,bar=2'],
    ['empty members go', 'foo=1,,bar=2,', 'foo=1,bar=2'],
    ['a multi-tenant key', 'fw529a3039@dt=FfAxSrHDB', 'fw529a3039@dt=FfAxSrHDB'],
    [
      'every allowed character of a key',
      'abcdefghijklmnopqrstuvwxyz0123456789_-*/=1',
      'abcdefghijklmnopqrstuvwxyz0123456789_-*/=1',
    ],
    ['a value with an inner space', 'foo=a b', 'foo=a b'],
    ['32 members', members(32), members(32)],
    ['a key that comes twice: the first is the latest', 'foo=2,bar=1,foo=1', 'foo=2,bar=1'],
  ])('%s', (_name, sent, expected) => {
    expect(state(ours, sent)).toBe(expected)
  })

  it.each([
    ['33 members', members(33)],
    ['upper case in a key', 'Foo=1'],
    ['a space in a key', 'foo =1'],
    ['a key that begins with a digit', '1foo=1'],
    ['no value', 'foo'],
    ['an empty value', 'foo='],
    ['an equals sign in a value', 'foo=a=b'],
    ['an empty tenant', '@dt=1'],
    ['an empty system', 'foo@=1'],
    ['two at signs', 'foo@@dt=1'],
    ['a key of 257', `${'k'.repeat(257)}=1`],
    ['a value of 257', `k=${'v'.repeat(257)}`],
    ['a control character', 'foo=\u0001'],
    ['beyond ASCII', 'foo=ä'],
    ['one invalid member among valid ones', 'foo=1,BAR=2'],
    ['an attack', 'k=v,'.repeat(10_000)],
  ])('%s drops it and keeps the trace', (_name, sent) => {
    expect(state(ours, sent)).toBeUndefined()
    expect(extracted(ours, { traceparent: `00-${T}-${S}-01`, tracestate: sent })).toMatchObject({
      traceId: T,
    })
  })

  it('an invalid member drops all, where the stock one passes on the rest', () => {
    expect(state(stock, 'foo=1,BAR=2')).toBe('foo=1')
    expect(state(ours, 'foo=1,BAR=2')).toBeUndefined()
  })

  it('without a valid traceparent it is nothing', () => {
    expect(extracted(ours, { traceparent: 'x', tracestate: 'foo=1' })).toBeUndefined()
  })
})

describe('what is sent on', () => {
  const spanContext = { traceId: T, spanId: S, traceFlags: TraceFlags.SAMPLED }
  const injected = (context: Parameters<typeof ours.inject>[0]) => {
    const carrier: Record<string, string> = {}
    ours.inject(context, carrier, defaultTextMapSetter)
    return carrier
  }

  it.each([
    [0, '00'],
    [1, '01'],
    [3, '03'],
  ])('flags %i are %s', (traceFlags, digits) => {
    expect(injected(trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceFlags }))).toEqual({
      traceparent: `00-${T}-${S}-${digits}`,
    })
  })

  it('the state goes along', () => {
    const traceState = new TraceState('foo=1,bar=2')
    expect(injected(trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceState }))).toEqual({
      traceparent: `00-${T}-${S}-01`,
      tracestate: 'foo=1,bar=2',
    })
  })

  it.each([
    ['no span', ROOT_CONTEXT],
    ['an invalid one', trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceId: 'x' })],
    ['the agent’s own request', suppressTracing(trace.setSpanContext(ROOT_CONTEXT, spanContext))],
  ])('nothing of %s', (_name, context) => {
    expect(injected(context)).toEqual({})
  })
})

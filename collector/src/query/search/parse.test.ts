import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../../model/errors.ts'
import {
  and,
  compare,
  contains,
  eq,
  exists,
  not,
  or,
  regex,
  text,
  wildcard,
} from '../../../test/conformance/filters.ts'
import type { Filter } from '../../filter/ast.ts'
import { parseSearch } from './parse.ts'

const literal = (of: string, number: number) => ({ text: of, number })

/** Filters in few words give their literals a number by `Number`; a text is none. */
function plain(filter: Filter): unknown {
  return JSON.parse(JSON.stringify(filter))
}

describe('the search language', () => {
  it.each<[string, Filter]>([
    ['', { op: 'all' }],
    ['   ', { op: 'all' }],
    ['*', { op: 'all' }],
    ['service:checkout', eq('service', 'checkout')],
    ['service.name=checkout', eq('service', 'checkout')],
    ['status:error', eq('status', 'error')],
    ['status:ERR', eq('status', 'error')],
    ['kind:Server', eq('kind', 'server')],
    ['http.route:/orders/*', wildcard('any.http.route', '/orders/*')],
    ['http.route:"/orders/*"', eq('any.http.route', '/orders/*')],
    ['http.response.status_code:200', eq('any.http.response.status_code', '200')],
    ['http.response.status_code>=500', compare('>=', 'any.http.response.status_code', '500')],
    ['size > 10', compare('>', 'any.size', '10')],
    ['user.id:*', exists('any.user.id')],
    ['user.id:**', exists('any.user.id')],
    ['-user.id:u_1', not(eq('any.user.id', 'u_1'))],
    ['user.id!=u_1', not(eq('any.user.id', 'u_1'))],
    ['NOT user.id:u_1', not(eq('any.user.id', 'u_1'))],
    ['!user.id:u_1', not(eq('any.user.id', 'u_1'))],
    ['url.path~/^\\/a\\d+$/', regex('any.url.path', '^/a\\d+$')],
    ['url.path=~/x/i', regex('any.url.path', '(?i)x')],
    ['url.path!~/x/', not(regex('any.url.path', 'x'))],
    ['url.path~orders', contains('any.url.path', 'orders')],
    ['body:"timed out"', contains('body', 'timed out')],
    ['body="timed out"', eq('body', 'timed out')],
    ['resource.host.name:a', eq('resource.host.name', 'a')],
    ['span.kind:client', eq('kind', 'client')],
    ['span.x:1', eq('span.x', '1')],
    ['event.exception.type:E', eq('event.exception.type', 'E')],
    ['link.a:1', eq('link.a', '1')],
    ['scope.b:1', eq('scope.b', '1')],
    ['log.c:1', eq('log.c', '1')],
    ['log.file.path:/x', eq('any.log.file.path', '/x')],
    ['"service":x', eq('any.service', 'x')],
    ['resource."a b":x', eq('resource.a b', 'x')],
    ['"timed out"', text('timed out')],
    ["'timed out'", text('timed out')],
    ["don't", text("don't")],
    ['timeout', text('timeout')],
    ['*timeout*', text('timeout')],
    ['"say \\"hi\\" C:\\\\x"', text('say "hi" C:\\x')],
    ['a b', and(text('a'), text('b'))],
    ['a AND b', and(text('a'), text('b'))],
    ['a OR b', or(text('a'), text('b'))],
    ['a || b && c', or(text('a'), and(text('b'), text('c')))],
    ['a b OR c', or(and(text('a'), text('b')), text('c'))],
    ['a (b OR c)', and(text('a'), or(text('b'), text('c')))],
    ['-(a OR b)', not(or(text('a'), text('b')))],
    ['--a', not(not(text('a')))],
    ['a - b', and(text('a'), text('-'), text('b'))],
    ['or', text('or')],
    ['name:fn(x)', eq('name', 'fn(x)')],
    ['(name:x)', eq('name', 'x')],
    ['url:http://h/?a=b', eq('any.url', 'http://h/?a=b')],
    ['name:a\\ b*', wildcard('name', 'a b*')],
    ['name:""', eq('name', '')],
    ['traceId:4BF9', eq('traceId', '4bf9')],
    ['root:TRUE', eq('root', 'true')],
    ['severity>=WARNING', compare('>=', 'severity', 'warn')],
    ['level:err', eq('severity', 'error')],
    ['severity:17', eq('severity', '17')],
  ])('%s', (query, expected) => {
    expect(plain(parseSearch(query))).toEqual(plain(expected))
  })

  it.each([
    ['300ms', 300_000_000],
    ['1.5s', 1_500_000_000],
    ['7ns', 7],
    ['2us', 2_000],
    ['2µs', 2_000],
    ['1m30s', 90_000_000_000],
    ['2h', 7_200_000_000_000],
  ])('reads the duration %s as nanoseconds', (written, nanos) => {
    expect(parseSearch(`duration>${written}`)).toEqual({
      op: '>',
      field: { in: 'intrinsic', name: 'duration' },
      value: literal(written, nanos),
    })
  })

  it('joins its parts by AND', () => {
    expect(
      parseSearch('service:checkout status:error duration>300ms "timed out" -user.id:u_1'),
    ).toMatchObject({
      op: 'and',
      of: [{ op: '=' }, { op: '=' }, { op: '>' }, { op: 'text' }, { op: 'not' }],
    })
  })

  it('takes the name of an intrinsic that the signal has not for an attribute', () => {
    expect(parseSearch('duration>5', 'logs')).toMatchObject({ field: { in: 'any', key: 'duration' } })
    expect(parseSearch('message:x', 'traces')).toMatchObject({
      op: '=',
      field: { in: 'any', key: 'message' },
    })
    expect(parseSearch('message:x', 'logs')).toMatchObject({ op: 'contains', field: { name: 'body' } })
  })
})

describe('a fault in a search has a position and a way out', () => {
  it.each([
    ['service=>checkout', 7, "unknown operator '=>' at 7: did you mean '>='?"],
    ['a<>b', 1, "unknown operator '<>' at 1: did you mean '!='?"],
    ['foo!bar', 3, "unknown operator '!' at 3: did you mean '!='?"],
    ['service:', 8, `'service:' needs a value; quote an empty one: service:"" at 8`],
    ['service:a name:', 15, `'name:' needs a value; quote an empty one: name:"" at 15`],
    [':x', 0, "a field is missing before ':' at 0"],
    ['"open', 0, 'the quote is never closed at 0'],
    ['a "open', 2, 'the quote is never closed at 2'],
    ['(a', 0, "'(' is never closed at 0"],
    ['a)', 1, "')' closes nothing at 1"],
    ['()', 1, "something to search for is expected before ')' at 1"],
    ['OR a', 0, 'OR needs something on its left; quote it to search for the word at 0'],
    ['a OR', 4, 'the search ends where something to search for is expected at 4'],
    ['a OR )', 5, "something to search for is expected before ')' at 5"],
    ['status:failed', 7, "status is one of unset, ok, error; 'failed' is none of them at 7"],
    ['kind:sever', 5, "did you mean 'server'? at 5"],
    ['duration>300', 9, "a duration needs a unit (ns, us, ms, s, m, h): did you mean '300ms'? at 9"],
    ['size>big', 5, "'>' compares numbers, and 'big' is none at 5"],
    ['x~/a(/', 2, 'is no regular expression'],
    ['x~/a', 2, "the regular expression is never closed by '/' at 2"],
    ['x~/a/b/', 5, "a '/' inside a regular expression is written '\\/' at 5"],
    [
      'key:(a OR b)',
      4,
      "a value cannot begin with '(': quote it, or repeat the field: (key:a OR key:b) at 4",
    ],
    ['('.repeat(100), 64, 'more than 64 levels of nesting at 64'],
    ['-'.repeat(100) + 'a', 64, 'more than 64 levels of nesting at 64'],
  ])('%s', (query, position, message) => {
    const fault = faultOf(query)
    expect(fault.message).toContain(message)
    expect(fault).toMatchObject({ code: 'query_malformed', position })
  })
})

function faultOf(query: string): HodoscopeError {
  try {
    parseSearch(query)
  } catch (error) {
    if (error instanceof HodoscopeError) return error
    throw error
  }
  throw new Error(`parsed without a fault: ${query}`)
}

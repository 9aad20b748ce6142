/**
 * The filter tree, leaf by leaf: one record each that differs in one regard, and for each filter
 * the records that it must find among them.
 */
import { expect } from 'vitest'
import type { AnyValue } from '../../../src/model/attributes.ts'
import { check, type Check } from '../check.ts'
import { compare, contains, eq, exists, not, or, text, wildcard } from '../filters.ts'
import { logs, spans } from '../request.ts'
import { attrs, patient, resource, type Scene } from '../scene.ts'
import { ON_VALUES, valuesOf, type Case } from './filter-values.ts'

const PLACES: readonly Case[] = [
  [
    'any looks at record, event, scope and resource, not at links',
    exists('any.p'),
    ['record', 'event', 'scope', 'resource', 'twice'],
  ],
  ['span', exists('span.p'), ['record', 'twice']],
  ['event', exists('event.p'), ['event']],
  ['link', exists('link.p'), ['link']],
  ['scope', exists('scope.p'), ['scope']],
  ['resource', exists('resource.p'), ['resource']],
  ['log never holds for spans', exists('log.p'), []],
  ['any of several events', eq('event.p', '2'), ['event']],
  ['a key that stands twice, first value', eq('any.p', 'one'), ['twice']],
  ['a key that stands twice, second value', eq('any.p', 'two'), ['twice']],
  ['hostile keys are plain data', eq('any.__proto__', 'x'), ['record']],
  ['the empty key', eq('any.', 'empty'), ['record']],
  ['nobody inherits a key', exists('any.constructor'), []],
  ['text in string attributes of the span', text('ONE'), ['twice']],
  ['text in string attributes of events', text('happened'), ['event']],
  ['text not in the resource', text('resourceful'), []],
  ['text not in numbers', text('777'), []],
]

function placesOf(scene: Scene) {
  const event = { timeUnixNano: scene.at(0), droppedAttributesCount: 0 }
  const link = {
    traceId: scene.traceId(9),
    spanId: scene.spanId(9),
    traceState: '',
    droppedAttributesCount: 0,
    flags: 0,
  }
  return [
    scene.span({ name: 'record', attributes: attrs('p', 777n, '__proto__', 'x', '', 'empty') }),
    scene.span({
      name: 'event',
      events: [
        { ...event, name: 'e1', attributes: attrs('p', 1n) },
        { ...event, name: 'e2', attributes: attrs('p', 2n, 'q', 'It happened') },
      ],
    }),
    scene.span({ name: 'link', links: [{ ...link, attributes: attrs('p', 1n) }] }),
    scene.span({
      name: 'scope',
      scope: { name: 's', version: '', attributes: attrs('p', 1n), droppedAttributesCount: 0, schemaUrl: '' },
    }),
    scene.span({ name: 'resource', resource: resource('shop', attrs('p', 'resourceful')) }),
    scene.span({ name: 'twice', attributes: attrs('p', 'one', 'p', 'two') }),
  ]
}

const INTRINSICS: readonly Case[] = [
  ['service', eq('service', 'web'), ['server']],
  ['service of a resource without one', eq('service', 'unknown_service'), ['nameless', 'numbered']],
  ['name', eq('name', 'server'), ['server']],
  ['name by wildcard', wildcard('name', '*er'), ['server', 'inner']],
  ['an empty name is absent', exists('name'), ['server', 'inner', 'nameless', 'numbered']],
  ['kind', eq('kind', 'server'), ['server']],
  ['status', eq('status', 'error'), ['inner']],
  ['status unset', eq('status', 'unset'), ['server', 'nameless', 'numbered', '']],
  ['status message', eq('statusMessage', 'Boom now'), ['inner']],
  ['an empty status message is absent', exists('statusMessage'), ['inner']],
  ['duration in nanoseconds', compare('>=', 'duration', 5_000_000), ['inner']],
  ['duration =', eq('duration', 1_000_000), ['server', 'nameless', 'numbered', '']],
  ['root', eq('root', 'true'), ['server', 'nameless', 'numbered', '']],
  ['not root', eq('root', 'false'), ['inner']],
  ['scope', eq('scope', 'lib'), ['server']],
  ['event name', eq('event', 'exception'), ['inner']],
  ['no event', not(exists('event')), ['server', 'nameless', 'numbered', '']],
  ['parent, absent for roots', exists('parentId'), ['inner']],
  ['severity never holds for spans', exists('severity'), []],
  ['body never holds for spans', or(exists('body'), not(exists('name'))), ['']],
  ['text in the name', text('SERV'), ['server', '', 'nameless', 'numbered']],
  ['text in the status message', text('boom'), ['inner']],
]

function intrinsicsOf(scene: Scene) {
  return [
    scene.span({
      id: 1,
      name: 'server',
      service: 'web',
      kind: 2,
      scope: { name: 'lib', version: '1', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    }),
    scene.span({
      id: 2,
      parent: 1,
      name: 'inner',
      lasts: 5,
      status: { code: 2, message: 'Boom now' },
      events: [{ timeUnixNano: scene.at(1), name: 'exception', attributes: [], droppedAttributesCount: 0 }],
    }),
    scene.span({ name: 'nameless', resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' } }),
    scene.span({
      name: 'numbered',
      resource: { attributes: attrs('service.name', 7n), droppedAttributesCount: 0, schemaUrl: '' },
    }),
    scene.span({ name: '', service: 'service-of-the-unnamed' }),
  ]
}

const ON_LOGS: readonly Case[] = [
  ['severity by class', eq('severity', 'warn'), ['w1', 'w4']],
  ['severity by number', eq('severity', '16'), ['w4']],
  ['severity unspecified', eq('severity', 'unspecified'), ['plain']],
  ['> warn begins at error', compare('>', 'severity', 'warn'), ['err']],
  ['>= warn', compare('>=', 'severity', 'warn'), ['w1', 'w4', 'err']],
  ['< warn', compare('<', 'severity', 'warn'), ['plain']],
  ['<= warn', compare('<=', 'severity', 'warn'), ['w1', 'w4', 'plain']],
  ['> a number', compare('>', 'severity', '13'), ['w4', 'err']],
  ['severity by wildcard', wildcard('severity', 'w*'), ['w1', 'w4']],
  ['body', eq('body', 'Disk full'), ['err']],
  ['body by part', contains('body', 'disk'), ['err']],
  ['a body that is a map', contains('body', '"free":0'), ['plain']],
  ['an unset body is absent', not(exists('body')), ['w4']],
  ['event name', eq('event', 'gc'), ['w1']],
  ['trace id, absent where empty', exists('traceId'), ['w1']],
  ['log attributes', eq('log.k', 'v'), ['w1']],
  ['any', eq('any.k', 'v'), ['w1', 'w4']],
  ['resource', eq('resource.k', 'v'), ['w4']],
  ['span and event places never hold', or(exists('span.k'), exists('event.k'), exists('link.k')), []],
  ['name never holds for logs', exists('name'), []],
  ['text in the body', text('FULL'), ['err']],
  ['text in a body that is a map', text('free'), ['plain']],
  ['text in attributes', text('valuable'), ['err']],
  ['text in the service', text('hop'), ['w1', 'w4', 'err', 'plain']],
]

function logsOf(scene: Scene) {
  const tag = (name: string, ...more: AnyValue[]) => attrs('tag', name, ...more)
  return [
    scene.log({ severityNumber: 13, eventName: 'gc', trace: 1, attributes: tag('w1', 'k', 'v') }),
    scene.log({
      severityNumber: 16,
      body: null,
      resource: resource('shop', attrs('k', 'v')),
      attributes: tag('w4'),
    }),
    scene.log({ severityNumber: 17, body: 'Disk full', attributes: tag('err', 'x', 'a valuable hint') }),
    scene.log({
      severityNumber: 0,
      body: { kind: 'kvlist', entries: attrs('free', 0n) },
      attributes: tag('plain'),
    }),
  ]
}

const sorted = (names: readonly string[]): string[] => [...names].sort()

function onSpans(
  subject: string,
  cases: readonly Case[],
  stage: (scene: Scene) => ReturnType<Scene['span']>[],
): Check[] {
  return cases.map(([what, filter, found]) =>
    check(`${subject}: ${what}`, scene => {
      // A trace each, so that the hits tell which spans were found.
      const records = stage(scene).map((span, n) => ({ ...span, traceId: scene.traceId(n + 1) }))
      return {
        given: [spans(...records)],
        then: snapshot => {
          const { hits } = snapshot.searchTraces(
            { filter, range: scene.day, sort: 'newest', limit: 100 },
            patient,
          )
          expect(sorted(hits.map(hit => hit.summary.rootName))).toEqual(sorted(found))
        },
      }
    }),
  )
}

export const FILTERS: readonly Check[] = [
  ...onSpans('a value', ON_VALUES, valuesOf),
  ...onSpans('a place', PLACES, placesOf),
  ...onSpans('an intrinsic', INTRINSICS, intrinsicsOf),
  ...ON_LOGS.map(([what, filter, found]) =>
    check(`a log: ${what}`, scene => ({
      given: [logs(...logsOf(scene))],
      then: snapshot => {
        const answer = snapshot.searchLogs({ filter, range: scene.day, order: 'oldest', limit: 100 }, patient)
        expect(sorted(answer.logs.map(log => log.attributes[0]?.value as string))).toEqual(sorted(found))
      },
    })),
  ),
]

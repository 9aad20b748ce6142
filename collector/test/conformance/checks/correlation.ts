/** Finding traces and logs by a correlation value, and traces by a span id. */
import { expect } from 'vitest'
import { CORRELATION_KEYS } from '../../../src/model/attributes.ts'
import { check } from '../check.ts'
import { logs, spans } from '../request.ts'
import { attrs, patient, resource } from '../scene.ts'

export const CORRELATION = [
  check('a correlation value finds the traces of its spans and its logs', scene => {
    const id = scene.text('req')
    return {
      given: [
        spans(
          scene.span({ trace: 1, attributes: attrs('correlation.id', id) }),
          scene.span({ trace: 2, attributes: attrs('correlation.id', `${id}x`) }),
        ),
        logs(
          scene.log({ at: 1, body: 'older', attributes: attrs('request.id', id) }),
          scene.log({ at: 2, body: 'newer', attributes: attrs('correlation.id', id) }),
          scene.log({ at: 3, body: 'other', attributes: attrs('correlation.id', 'else') }),
        ),
      ],
      then: snapshot => {
        const found = snapshot.correlated(id, 10, patient)
        expect(found.traceIds).toEqual([scene.traceId(1)])
        expect(found.logs.map(log => log.body)).toEqual(['newer', 'older'])
        expect(snapshot.correlated(id, 1, patient).logs.map(log => log.body)).toEqual(['newer'])
        expect(snapshot.correlated(scene.text('nobody'), 10, patient)).toEqual({ traceIds: [], logs: [] })
      },
    }
  }),

  ...CORRELATION_KEYS.map(key =>
    check(`${key} is a correlation key, of a text and of an array of texts`, scene => {
      const id = scene.text('id')
      return {
        given: [
          spans(scene.span({ trace: 1, attributes: attrs(key, id) })),
          spans(scene.span({ trace: 2, attributes: attrs(key, { kind: 'array', values: ['first', id] }) })),
          logs(scene.log({ attributes: attrs(key, { kind: 'array', values: [id] }) })),
        ],
        then: snapshot => {
          const found = snapshot.correlated(id, 10, patient)
          expect(found.traceIds).toEqual([scene.traceId(2), scene.traceId(1)])
          expect(found.logs).toHaveLength(1)
        },
      }
    }),
  ),

  check('only strings on the record itself correlate', scene => {
    const id = scene.text('id')
    return {
      given: [
        spans(
          scene.span({ attributes: attrs('user.id', id) }),
          scene.span({ resource: resource('shop', attrs('correlation.id', id)) }),
          scene.span({
            events: [
              {
                timeUnixNano: scene.at(0),
                name: 'e',
                attributes: attrs('correlation.id', id),
                droppedAttributesCount: 0,
              },
            ],
          }),
          scene.span({
            attributes: attrs('correlation.id', { kind: 'array', values: [{ kind: 'array', values: [id] }] }),
          }),
          scene.span({ attributes: attrs('correlation.id', new TextEncoder().encode(id)) }),
        ),
        logs(scene.log({ body: id }), scene.log({ resource: resource('shop', attrs('request.id', id)) })),
      ],
      then: snapshot => expect(snapshot.correlated(id, 10, patient)).toEqual({ traceIds: [], logs: [] }),
    }
  }),

  check('traces come by their newest arrival, each once', scene => {
    const id = scene.text('id')
    const carrying = (trace: number, at: number) =>
      spans(scene.span({ trace, at, attributes: attrs('correlation.id', id) }))
    return {
      // Trace 1 arrives last again, though its spans are the oldest.
      given: [carrying(1, 0), carrying(2, 50), carrying(3, 40), carrying(1, 1)],
      then: snapshot => {
        const order = [1, 3, 2].map(n => scene.traceId(n))
        expect(snapshot.correlated(id, 10, patient).traceIds).toEqual(order)
        expect(snapshot.correlated(id, 2, patient).traceIds).toEqual(order.slice(0, 2))
      },
    }
  }),

  check('a span id finds the traces in which it stands, by newest arrival', scene => ({
    given: [
      spans(scene.span({ trace: 1, id: 5, at: 9 }), scene.span({ trace: 1, id: 6 })),
      spans(scene.span({ trace: 2, id: 5, at: 1 }), scene.span({ trace: 2, id: 5, at: 2 })),
    ],
    then: snapshot => {
      expect(snapshot.tracesOfSpan(scene.spanId(5), 10, patient)).toEqual([2, 1].map(n => scene.traceId(n)))
      expect(snapshot.tracesOfSpan(scene.spanId(5), 1, patient)).toEqual([scene.traceId(2)])
      expect(snapshot.tracesOfSpan(scene.spanId(7), 10, patient)).toEqual([])
    },
  })),
]

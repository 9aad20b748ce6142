/** Receivers and routes: those of the configuration file are read, the others changed too. */
import { z } from 'zod'
import { HodoscopeError } from '../../model/errors.ts'
import {
  receiverSchema,
  redacted,
  redactedUrl,
  routeSchema,
  type Receiver,
  type Routing,
} from '../receivers.ts'
import type { DeskParts, Methods } from './desk.ts'
import { missing, named, read } from './read.ts'

export function receiverMethods({ catalogue, routing, fileRouting, test }: DeskParts): Methods {
  const isOfFile = (name: string): boolean => fileRouting.receivers.some(receiver => receiver.name === name)
  const receiverOf = (name: string): Receiver => {
    const found = routing().receivers.find(receiver => receiver.name === name)
    if (found === undefined) throw missing('receiver', name)
    return found
  }
  const writable = (name: string): void => {
    if (isOfFile(name))
      throw new HodoscopeError('read_only', `The receiver ${name} stands in the configuration file.`)
  }
  return {
    receivers: () => {
      const faults = new Map(
        (catalogue.all('receiverFaults') as readonly { name: string; reason: string }[]).map(row => [
          row.name,
          row.reason,
        ]),
      )
      return {
        receivers: routing().receivers.map(receiver => ({
          ...redacted(receiver),
          readOnly: isOfFile(receiver.name),
          disabled: faults.get(receiver.name) ?? null,
        })),
      }
    },
    putReceiver: params => {
      const { name } = read(z.looseObject({ name: z.string() }), params)
      const kept = routing().receivers.find(receiver => receiver.name === name)
      const receiver = read(receiverSchema, withKept(params as Record<string, unknown>, kept))
      writable(receiver.name)
      catalogue.inOne(() => {
        catalogue.run('putReceiver', receiver.name, JSON.stringify(receiver))
        catalogue.run('removeReceiverFault', receiver.name)
      })
      return { name: receiver.name }
    },
    removeReceiver: params => {
      const { name } = read(named, params)
      writable(name)
      if (catalogue.run('removeReceiver', name).changes === 0) throw missing('receiver', name)
      return { name }
    },
    testReceiver: async params => {
      const receiver = receiverOf(read(named, params).name)
      const answer = await test(receiver)
      // One that answers again is sent to again.
      if (answer.error === null) catalogue.run('removeReceiverFault', receiver.name)
      return { ...answer, url: redactedUrl(receiver.url) }
    },
    routes: () => ({ readOnly: fileRouting.routes.length > 0, routes: routing().routes.map(shownRoute) }),
    putRoutes: params => {
      if (fileRouting.routes.length > 0)
        throw new HodoscopeError('read_only', 'The routes stand in the configuration file.')
      const raw = read(z.strictObject({ routes: z.array(z.unknown()).max(200) }), params)
      const routes = raw.routes.map(route => read(routeSchema, route))
      for (const { receiver } of routes) receiverOf(receiver)
      catalogue.run('putSetting', 'routes', JSON.stringify(raw.routes))
      return { routes: routes.map(shownRoute) }
    },
  }
}

/**
 * Who changes a receiver was not shown its secrets and cannot send them back: without a `url` they
 * stay. With one they do not, so that nobody is sent what was meant for another.
 */
function withKept(given: Record<string, unknown>, kept: Receiver | undefined): Record<string, unknown> {
  if (kept === undefined || given['url'] !== undefined) return given
  const { url, headers, secrets } = kept
  return { url, headers, secrets, ...given }
}

function shownRoute(route: Routing['routes'][number]): object {
  const { match, groupWait, groupInterval, repeatInterval, ...rest } = route
  return {
    ...rest,
    match: match.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`),
    groupWaitSeconds: groupWait === undefined ? null : groupWait / 1_000,
    groupIntervalSeconds: groupInterval / 1_000,
    repeatIntervalSeconds: repeatInterval / 1_000,
  }
}

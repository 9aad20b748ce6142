/** From the configuration to what the thread of alerts is given, or to every fault at once. */
import type { Config } from '../config/schema.ts'
import { ConfigError, type Fault } from '../config/error.ts'
import { parseRange } from './addresses.ts'
import type { AlertSettings } from './messages.ts'
import { receiverSchema, routeSchema, type Receiver, type Route } from './receivers.ts'
import type { z } from 'zod'

/**
 * @param url on which the collector listens
 * @throws ConfigError with all faults
 */
export function alertSettings({ alerts, slos, rules }: Config, url: string): AlertSettings {
  const faults: Fault[] = []
  const receivers = each<Receiver>('alerts.receivers', alerts.receivers, receiverSchema, faults)
  const routes = each<Route>('alerts.routes', alerts.routes, routeSchema, faults)
  const names = receivers.map(({ name }) => name)
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) faults.push(fault(`alerts.receivers.${i}.name`, `${name} stands twice`))
  })
  const allowedAddresses = alerts.allowedAddresses.flatMap((text, i) => {
    const range = parseRange(text)
    if (range === undefined)
      faults.push(fault(`alerts.allowedAddresses.${i}`, `expected an address or a range, got "${text}"`))
    return range === undefined ? [] : [range]
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    routing: { receivers, routes },
    allowedAddresses,
    externalUrl: alerts.externalUrl === '' ? url : alerts.externalUrl,
    sloFolder: slos.folder === '' ? undefined : slos.folder,
    ruleFiles: rules.files,
    heartbeatUrl: alerts.heartbeatUrl === '' ? undefined : alerts.heartbeatUrl,
  }
}

const fault = (what: string, message: string): Fault => ({ what, message, from: 'configuration' })

function each<T>(
  path: string,
  items: readonly unknown[],
  schema: z.ZodType<T>,
  faults: Fault[],
): readonly T[] {
  return items.flatMap((item, i) => {
    const result = schema.safeParse(item)
    if (result.success) return [result.data]
    for (const issue of result.error.issues)
      faults.push(fault([path, i, ...issue.path].join('.'), issue.message))
    return []
  })
}

/**
 * Which addresses a webhook may be sent to. A URL that somebody typed must not reach what only this
 * machine can reach: the address that is connected to is judged, whatever the name said.
 *
 * Source: IANA special-purpose address registries (RFC 6890 and its updates).
 */
import { BlockList, isIP, isIPv4 } from 'node:net'

const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** `::/96`, `::ffff:0:0/96`, `64:ff9b::/96` and `2002::/16` hold addresses of IPv4. */
const PRIVATE_V6 = [
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

export type AddressRange = readonly [network: string, prefix: number]

/** `10.1.0.0/16`, `::1/128`, or one address. @returns undefined where the text is none */
export function parseRange(text: string): AddressRange | undefined {
  const [network, prefix, ...more] = text.trim().split('/')
  const family = isIP(network!)
  if (family === 0 || more.length > 0) return undefined
  const bits = family === 4 ? 32 : 128
  if (prefix === undefined) return [network!, bits]
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? [network!, Number(prefix)] : undefined
}

function listOf(ranges: readonly AddressRange[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6')
  return list
}

// A list of both families would also look at IPv4 in IPv6 form by the other's rules.
const blockedV4 = listOf(PRIVATE_V4.map(text => parseRange(text)!))
const blockedV6 = listOf(PRIVATE_V6.map(text => parseRange(text)!))

/** @param allowed ranges that the operator lists */
export function addressGuard(allowed: readonly AddressRange[]): (address: string) => boolean {
  const list = listOf(allowed)
  return address => {
    const family = isIP(address)
    if (family === 0) return false
    if (family === 4) return list.check(address, 'ipv4') || !blockedV4.check(address, 'ipv4')
    return list.check(address, 'ipv6') || !blockedV6.check(address, 'ipv6')
  }
}

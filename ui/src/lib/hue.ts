/**
 * The colour of a service: one of twelve hues, chosen by the name alone, so that it is the same on
 * every page, in every browser and after every restart.
 *
 * The stylesheet holds the twelve as `--service-0` … `--service-11`, ordered so that neighbours
 * differ in lightness and along the blue-yellow axis, which red-green-blind eyes keep.
 */

export const SERVICE_HUES = 12

/** FNV-1a over UTF-16 units with a final avalanche; the seed spreads names that are common together. */
export function serviceHue(service: string): number {
  let hash = SEED
  for (let i = 0; i < service.length; i++) hash = Math.imul(hash ^ service.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash ^= hash >>> 12
  return (hash >>> 0) % SERVICE_HUES
}

const SEED = 0x811c9df7

/** The custom property that carries the colour. */
export const serviceColor = (service: string): string => `var(--service-${serviceHue(service)})`

/**
 * What a deploy is, for everybody: a version of a service whose first span starts later than that
 * of the first version known of it. What a service is first seen with replaces nothing, and
 * a version that comes back is not told from one that never left.
 */
import type { SeenVersion } from './table.ts'

export interface Deploy extends SeenVersion {
  /** The version that was new before it, or with which the service was first seen. */
  readonly replaced: SeenVersion
}

/** By service, the oldest first. @param versions by service, the oldest first */
export function deploysOf(versions: readonly SeenVersion[]): Deploy[] {
  const deploys: Deploy[] = []
  let first: SeenVersion | undefined
  for (const [i, version] of versions.entries())
    if (first?.service !== version.service) first = version
    else if (version.first > first.first) deploys.push({ ...version, replaced: versions[i - 1]! })
  return deploys
}

/** Of each service the newest before a minute. */
export const lastDeploys = (versions: readonly SeenVersion[], before: number): ReadonlyMap<string, Deploy> =>
  new Map(
    deploysOf(versions)
      .filter(({ minute }) => minute < before)
      .map(deploy => [deploy.service, deploy]),
  )

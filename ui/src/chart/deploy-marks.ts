/** Deploys of the page's range, as marks on its charts. */
import type { DeploysAnswer } from '../../../collector/src/serve/api-types.ts'
import { millisOfNano } from '../lib/nano.ts'
import { url } from '../lib/routes.ts'
import { equalities } from '../lib/search-text.ts'
import { useLoad } from '../state/load.ts'
import { range } from '../state/range.ts'
import type { Mark } from './marks.ts'

/** With more there is no chart to be seen between them. */
const MOST = 40

/** Of the services that a search names; of all where it names none. */
export function useSearchMarks(q: string): readonly Mark[] {
  const named = equalities(q).filter(({ key }) => key === 'service')
  return useDeployMarks(named.length === 0 ? undefined : named.map(({ value }) => value))
}

/** @param services whose; undefined for all, an empty list for none */
export function useDeployMarks(services: readonly string[] | undefined): readonly Mark[] {
  const { from, to } = range.value
  const [service] = services ?? []
  const asked = services?.length === 1 ? { service, from, to } : { from, to }
  const { data } = useLoad<DeploysAnswer>(services?.length === 0 ? null : url('/api/deploys', asked))
  const deploys = (data?.deploys ?? []).filter(deploy => services?.includes(deploy.service) ?? true)
  if (deploys.length > MOST) return []
  return deploys.map(deploy => ({
    at: millisOfNano(deploy.timeUnixNano),
    label: services?.length === 1 ? deploy.version : `${deploy.service} ${deploy.version}`,
  }))
}

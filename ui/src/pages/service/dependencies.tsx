/** Who calls a service, and whom it calls: its part of the map. */
import type { GraphAnswer } from '../../../../collector/src/serve/api-types.ts'
import { url } from '../../lib/routes.ts'
import { Calls, nodesOf } from '../../map/calls.tsx'
import { touches } from '../../map/chosen.ts'
import { Failed } from '../../parts/states.tsx'
import { useLoad } from '../../state/load.ts'
import { link } from '../../state/location.ts'
import { range } from '../../state/range.ts'

export function Dependencies({ service }: { service: string }) {
  const { from, to } = range.value
  const { data, failure, loading } = useLoad<GraphAnswer>(url('/api/graph', { service, from, to }), service)
  const node = data?.nodes.find(({ kind, name }) => kind === 'service' && name === service)?.id ?? ''
  const rows = data?.edges.filter(edge => touches({ node, edge: '' }, edge)) ?? []
  if (data && rows.length === 0 && !failure) return null
  return (
    <section class={loading && data ? 'stale' : ''} aria-labelledby="dependencies-title">
      <h2 id="dependencies-title">
        <a href={link('/map', { node })}>Calls to it and from it</a>
      </h2>
      {failure && <Failed failure={failure} old={data !== undefined} />}
      {data && rows.length > 0 && <Calls rows={rows} nodes={nodesOf(data)} />}
    </section>
  )
}

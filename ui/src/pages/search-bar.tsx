/** The search bar of a list: keys and values are completed as they occur in the data. */
import { complete, completingAt } from '../lib/search-text.ts'
import type { Failure } from '../state/api.ts'
import { setParams } from '../state/location.ts'
import { searchChoices } from './completion.ts'
import { QueryField } from './query-field.tsx'

/** A failure that belongs to the query text, and is shown at the bar. */
export const isQueryFault = (failure: Failure | undefined): failure is Failure =>
  failure?.code === 'query_malformed'

export const SearchBar = ({ signal, fault }: { signal: 'traces' | 'logs'; fault: Failure | undefined }) => (
  <QueryField
    label={`Search ${signal}`}
    noun="search"
    placeholder={PLACEHOLDERS[signal]}
    fault={fault}
    ask={(typed, caret, abort) => searchChoices(signal, typed, caret, abort)}
    complete={(typed, caret, choice) => complete(typed, completingAt(typed, caret), choice.text)}
    onSubmit={q => setParams({ q })}
  />
)

const PLACEHOLDERS = {
  traces: 'service:checkout status:error duration>300ms "timed out"',
  logs: 'severity>=warn service:checkout "timed out"',
}

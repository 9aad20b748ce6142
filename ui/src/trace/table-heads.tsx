/** Heads of a table's columns, each of which sorts by it. */

export interface Column<Key extends string> {
  readonly key: Key
  readonly title: string
  readonly number?: boolean
}

interface Props<Key extends string> {
  columns: readonly Column<Key>[]
  order: Key
  onOrder: (key: Key) => void
}

export function Heads<Key extends string>({ columns, order, onOrder }: Props<Key>) {
  return (
    <thead>
      <tr>
        {columns.map(({ key, title, number }) => (
          <th
            key={key}
            scope="col"
            class={number ? 'number' : undefined}
            aria-sort={key !== order ? undefined : number && key !== 'start' ? 'descending' : 'ascending'}
          >
            <button type="button" onClick={() => onOrder(key)}>
              {title}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  )
}

/** The sheet of keys. */
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import './key-sheet.css'

const SHEET: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['/', 'any id, or a search'],
      ['g o', 'overview'],
      ['g t', 'traces'],
      ['g l', 'logs'],
      ['g m', 'metrics'],
      ['g p', 'map'],
      ['g v', 'services'],
      ['g e', 'errors'],
      ['g s', 'objectives'],
      ['g a', 'alerts'],
      ['g i', 'status of the collector'],
      ['r', 'refresh'],
      ['?', 'this sheet'],
    ],
  },
  {
    title: 'Lists',
    keys: [
      ['j  k', 'next, previous row'],
      ['enter', 'open'],
      ['f', 'edit the search'],
      ['esc', 'back'],
    ],
  },
  {
    title: 'Metrics',
    keys: [
      ['f', 'edit the query'],
      ['j  k', 'next, previous series'],
      ['enter', 'hide the series, and show it'],
      ['e  E', 'next, previous exemplar'],
      ['←  →', 'move the cursor of a chart in focus'],
    ],
  },
  {
    title: 'Trace',
    keys: [
      ['1  2  3  4', 'waterfall, flame, table, statistics'],
      ['j  k', 'next, previous row'],
      ['enter', 'open the details'],
      ['[  ]', 'collapse, expand'],
      ['{  }', 'collapse, expand all'],
      ['e  E', 'next, previous error'],
      ['z', 'zoom to the span, and back'],
      ['esc', 'close the details, then back'],
    ],
  },
]

export function KeySheet({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog class="keys" ref={dialog} onClose={close} aria-labelledby="keys-title">
      <header>
        <h1 id="keys-title">Keys</h1>
        <button type="button" class="square" onClick={close} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <div class="columns">
        {SHEET.map(({ title, keys }) => (
          <section key={title}>
            <h2>{title}</h2>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}

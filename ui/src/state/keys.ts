/**
 * Keys: one listener, a stack of tables (the page's above the frame's), two-key chords such as `g t`.
 *
 * Keys typed into a field belong to the field, and those in a modal dialog to the dialog.
 */
import { useLayoutEffect, useRef } from 'preact/hooks'

export type KeyTable = Readonly<Record<string, () => void>>

const tables: { current: KeyTable }[] = []
const CHORD_MILLIS = 1200
let chord: { readonly key: string; readonly at: number } | undefined

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

function actionOf(key: string): (() => void) | undefined {
  return tables.findLast(table => Object.hasOwn(table.current, key))?.current[key]
}

const opensChord = (key: string): boolean =>
  tables.some(table => Object.keys(table.current).some(name => name.startsWith(`${key} `)))

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  // A modal dialog has the keyboard for itself; Escape closes it without our doing.
  if (document.querySelector('dialog:modal')) return
  if (isField(event.target) || (event.key === 'Enter' && isControl(event.target))) return
  const pending = chord && event.timeStamp - chord.at < CHORD_MILLIS ? chord.key : undefined
  chord = undefined
  const action = actionOf(pending === undefined ? event.key : `${pending} ${event.key}`)
  if (action) {
    event.preventDefault()
    action()
  } else if (pending === undefined && opensChord(event.key)) chord = { key: event.key, at: event.timeStamp }
}

/** Enter on a control that has the focus belongs to that control. */
const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('a, button, summary') !== null

/** Listens for the life of the page. Called once. */
export const listenToKeys = (): void => document.addEventListener('keydown', onKey)

/**
 * These keys work while the component is shown; the one mounted last wins. Whoever sees it can press
 * them already: an effect that waits for the paint would come a frame too late.
 */
export function useKeys(table: KeyTable): void {
  const held = useRef(table)
  held.current = table
  useLayoutEffect(() => {
    tables.push(held)
    return () => {
      tables.splice(tables.indexOf(held), 1)
    }
  }, [held])
}

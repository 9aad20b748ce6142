/**
 * What a person prefers, whatever the page: theme, zone, widths. Kept in this browser alone; a browser
 * that keeps nothing (private windows) works with the defaults.
 */
import { effect, signal, type Signal } from '@preact/signals'

function kept<T extends string | number | boolean>(name: string, initial: T): Signal<T> {
  const key = `hodoscope.${name}`
  const value = signal(read(key, initial))
  effect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(value.value))
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  })
  return value
}

function read<T>(key: string, initial: T): T {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return typeof parsed === typeof initial ? (parsed as T) : initial
  } catch {
    return initial
  }
}

export type Theme = 'system' | 'light' | 'dark'
export const theme = kept<Theme>('theme', 'system')
export const utc = kept<boolean>('utc', false)
/** Widths in CSS pixels. */
export const detailsWidth = kept<number>('details-width', 440)
export const labelShare = kept<number>('label-share', 0.36)

const systemDark = matchMedia('(prefers-color-scheme: dark)')
/** What the theme comes to; canvases read it to know when to paint anew. */
export const dark = signal(false)

/** Writes the theme onto the document. Called once. */
export function applyTheme(): void {
  const apply = (): void => {
    dark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.matches)
    document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'
  }
  effect(apply)
  systemDark.addEventListener('change', apply)
}

/**
 * The URL as signals. Whatever a page shows it reads from here, and whatever it changes it writes
 * here; back and forward therefore work everywhere.
 */
import { computed, signal } from '@preact/signals'
import { routeOf, url, type Params } from '../lib/routes.ts'

const here = signal(new URL(location.href))

export const path = computed(() => here.value.pathname)
export const route = computed(() => routeOf(path.value))
const params = computed(() => here.value.searchParams)

/** A parameter of the query; '' where it is absent. */
export const param = (name: string): string => params.value.get(name) ?? ''

/** Goes to an address of the UI; `replace` where going back should not return to this state. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const next = new URL(to, location.href)
  if (next.href === location.href) return
  if (options.replace) history.replaceState(history.state, '', next)
  else {
    history.replaceState({ scrolled: scroller()?.scrollTop ?? 0 }, '')
    history.pushState(null, '', next)
  }
  const samePage = next.pathname === here.value.pathname
  here.value = next
  if (!samePage) scroller()?.scrollTo(0, 0)
}

/** The part of the frame that scrolls. */
const scroller = (): HTMLElement | null => document.querySelector('main')

/** Back where the page was left, once its rows stand again. */
function restoreScroll(state: unknown): void {
  const scrolled = (state as { scrolled?: unknown } | null)?.scrolled
  if (typeof scrolled !== 'number') return
  requestAnimationFrame(() => requestAnimationFrame(() => scroller()?.scrollTo(0, scrolled)))
}

/** Changes parameters of the present address and keeps the others; '' or null removes one. */
export function setParams(changes: Params, options: { replace?: boolean } = {}): void {
  const all: Record<string, string | number | null | undefined> = Object.fromEntries(params.value)
  navigate(url(path.value, { ...all, ...changes }), options)
}

/** An address that keeps the range of time chosen in the bar. */
export const link = (to: string, more: Params = {}): string =>
  url(to, { from: param('from'), to: param('to'), ...more })

/** Follows links within the UI without loading the page again. Called once. */
export function followLinks(): void {
  addEventListener('popstate', event => {
    here.value = new URL(location.href)
    restoreScroll(event.state)
  })
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const anchor = event.target instanceof Element ? event.target.closest('a') : null
    if (!anchor || anchor.target !== '' || anchor.hasAttribute('download')) return
    if (anchor.origin !== location.origin || anchor.pathname.startsWith('/api/')) return
    event.preventDefault()
    navigate(anchor.href)
  })
}

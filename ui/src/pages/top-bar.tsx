/** The bar: the box that takes any id, the range of time, refresh, live, zone and theme. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { looksLikeId } from '../lib/any-id.ts'
import { idPath } from '../lib/routes.ts'
import { Icon, type IconName } from '../parts/icons.tsx'
import { useKeys } from '../state/keys.ts'
import { link, navigate } from '../state/location.ts'
import { theme, utc, type Theme } from '../state/preferences.ts'
import { live, refresh, setLive } from '../state/range.ts'
import { RangePicker } from './range-picker.tsx'
import './top-bar.css'

export function TopBar() {
  return (
    <header class="bar">
      <AnyId />
      <div class="tools">
        <RangePicker />
        <button type="button" class="square" onClick={refresh} aria-label="Refresh" title="Refresh (r)">
          <Icon name="refresh" />
        </button>
        <button
          type="button"
          class={live.value ? 'live on' : 'live'}
          aria-pressed={live.value}
          onClick={() => setLive(!live.value)}
          title="Refresh every five seconds"
        >
          <i aria-hidden="true" />
          live
        </button>
        <button
          type="button"
          class="zone"
          aria-pressed={utc.value}
          onClick={() => (utc.value = !utc.value)}
          title={utc.value ? 'Times are UTC; press for local times' : 'Times are local; press for UTC'}
        >
          UTC
        </button>
        <ThemeSwitch />
      </div>
    </header>
  )
}

function AnyId() {
  const input = useRef<HTMLInputElement>(null)
  const text = useSignal('')
  useKeys({ '/': () => input.current?.focus(), r: refresh })
  const typed = text.value.trim()
  const isId = looksLikeId(typed)
  const open = (as: 'id' | 'traces' | 'logs'): void => {
    if (typed === '') return
    navigate(as === 'id' ? link(idPath(typed)) : link(`/${as}`, { q: typed }))
    text.value = ''
    input.current?.blur()
  }
  return (
    <form
      class="any-id"
      role="search"
      onSubmit={event => {
        event.preventDefault()
        open(isId ? 'id' : 'traces')
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        value={text.value}
        onInput={event => (text.value = event.currentTarget.value)}
        onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
        placeholder="Any id, or a search"
        aria-label="Any id, or a search"
        spellcheck={false}
        autocomplete="off"
        enterkeyhint="search"
      />
      <kbd aria-hidden="true">/</kbd>
      {typed !== '' && (
        <div class="floating hints">
          <button type={isId ? 'submit' : 'button'} onClick={isId ? undefined : () => open('id')}>
            Look up <b class="clip mono">{typed}</b>
            {isId && <kbd>enter</kbd>}
          </button>
          <button type={isId ? 'button' : 'submit'} onClick={isId ? () => open('traces') : undefined}>
            Search traces for <b class="clip mono">{typed}</b>
            {!isId && <kbd>enter</kbd>}
          </button>
          <button type="button" onClick={() => open('logs')}>
            Search logs for <b class="clip mono">{typed}</b>
          </button>
        </div>
      )}
    </form>
  )
}

const THEMES: readonly { name: Theme; icon: IconName; next: Theme; label: string }[] = [
  { name: 'system', icon: 'screen', next: 'light', label: 'Theme of the system; press for light' },
  { name: 'light', icon: 'sun', next: 'dark', label: 'Light theme; press for dark' },
  { name: 'dark', icon: 'moon', next: 'system', label: 'Dark theme; press for the theme of the system' },
]

function ThemeSwitch() {
  const { icon, next, label } = THEMES.find(({ name }) => name === theme.value) ?? THEMES[0]!
  return (
    <button
      type="button"
      class="square"
      onClick={() => (theme.value = next)}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  )
}

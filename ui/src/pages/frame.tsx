/** The frame around every page: rail, bar, status line; and which page stands in it. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Icon, Mark, type IconName } from '../parts/icons.tsx'
import { Empty } from '../parts/states.tsx'
import { locked } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { link, navigate, path, route } from '../state/location.ts'
import { firstStart } from '../state/status.ts'
import { FirstStart } from './first-start.tsx'
import './frame.css'
import { KeySheet } from './key-sheet.tsx'
import { lazyPage } from './lazy.tsx'
import { OverviewPage } from './overview.tsx'
import { StatusLine } from './status-line.tsx'
import { TopBar } from './top-bar.tsx'
import { TracePage } from './trace.tsx'
import { TracesPage } from './traces.tsx'

const IdPage = lazyPage(() => import('./id.tsx').then(({ IdPage: page }) => page))
const LogsPage = lazyPage(async () => (await import('./logs.tsx')).LogsPage)
const MapPage = lazyPage(() => import('./map.tsx').then(({ MapPage: page }) => page))
const MetricsPage = lazyPage(async () => (await import('./metrics/page.tsx')).MetricsPage)
const ServicesPage = lazyPage(async () => (await import('./services.tsx')).ServicesPage)
const ServicePage = lazyPage(async () => (await import('./service/page.tsx')).ServicePage)
const DeployPage = lazyPage(async () => (await import('./service/deploy.tsx')).DeployPage)
const ErrorsPage = lazyPage(async () => (await import('./errors/list.tsx')).ErrorsPage)
const ErrorPage = lazyPage(async () => (await import('./errors/group.tsx')).ErrorPage)
const SlosPage = lazyPage(() => import('./slos.tsx').then(({ SlosPage: page }) => page))
const SloPage = lazyPage(() => import('./slo.tsx').then(({ SloPage: page }) => page))
const SloEditorPage = lazyPage(() => import('./slo-editor.tsx').then(({ SloEditorPage: page }) => page))
const SignIn = lazyPage(async () => (await import('./sign-in.tsx')).SignIn)
const StatusPage = lazyPage(() => import('./status.tsx').then(({ StatusPage: page }) => page))
const AlertsPage = lazyPage(() => import('./alerts.tsx').then(({ AlertsPage: page }) => page))

const PLACES: readonly { page: string; icon: IconName; label: string; key: string }[] = [
  { page: 'overview', icon: 'overview', label: 'Overview', key: 'g o' },
  { page: 'traces', icon: 'traces', label: 'Traces', key: 'g t' },
  { page: 'logs', icon: 'logs', label: 'Logs', key: 'g l' },
  { page: 'query', icon: 'metrics', label: 'Metrics', key: 'g m' },
  { page: 'map', icon: 'map', label: 'Map', key: 'g p' },
  { page: 'services', icon: 'services', label: 'Services', key: 'g v' },
  { page: 'errors', icon: 'errors', label: 'Errors', key: 'g e' },
  { page: 'slos', icon: 'slos', label: 'Objectives', key: 'g s' },
  { page: 'alerts', icon: 'alerts', label: 'Alerts', key: 'g a' },
]

/** Pages that stand under another in the rail. */
const PLACE_OF: Readonly<Record<string, string>> = {
  trace: 'traces',
  slo: 'slos',
  'slo-editor': 'slos',
  service: 'services',
  deploy: 'services',
  error: 'errors',
}

export function Frame() {
  const sheet = useSignal(false)
  useKeys({
    '?': () => (sheet.value = !sheet.value),
    'g i': () => navigate(link('/status')),
    ...Object.fromEntries(PLACES.map(place => [place.key, () => navigate(link(`/${place.page}`))])),
  })
  return (
    <div class="frame">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Rail onHelp={() => (sheet.value = true)} />
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Page />
      </main>
      <StatusLine />
      {sheet.value && <KeySheet close={() => (sheet.value = false)} />}
    </div>
  )
}

function Rail({ onHelp }: { onHelp: () => void }) {
  const here = PLACE_OF[route.value.page] ?? route.value.page
  return (
    <nav class="rail" aria-label="Pages">
      <a class="home" href={link('/overview')} aria-label="Hodoscope, to the overview">
        <Mark />
      </a>
      {PLACES.map(({ page, icon, label, key }) => (
        <a
          key={page}
          href={link(`/${page}`)}
          aria-current={here === page ? 'page' : undefined}
          aria-label={label}
          aria-keyshortcuts={key}
        >
          <Icon name={icon} />
          <span class="label" aria-hidden="true">
            {label} <kbd>{key}</kbd>
          </span>
        </a>
      ))}
      <button type="button" class="help" onClick={onHelp} aria-label="Keys" aria-keyshortcuts="?">
        <Icon name="help" />
        <span class="label" aria-hidden="true">
          Keys <kbd>?</kbd>
        </span>
      </button>
    </nav>
  )
}

const LIGHT_MILLIS = 1600

/** The first start as long as nothing has arrived, and a moment longer, so that its light is seen to turn on. */
function useWelcome(): 'waiting' | 'arrived' | undefined {
  const waiting = firstStart.value === true
  const state = useSignal<'waiting' | 'arrived' | undefined>(undefined)
  useEffect(() => {
    if (waiting) state.value = 'waiting'
    else if (state.peek() === 'waiting') state.value = 'arrived'
    if (state.peek() !== 'arrived') return undefined
    const timer = setTimeout(() => (state.value = undefined), LIGHT_MILLIS)
    return () => clearTimeout(timer)
  }, [waiting])
  return waiting ? 'waiting' : state.value
}

const TITLES: Readonly<Record<string, string>> = {
  overview: 'Overview',
  traces: 'Traces',
  trace: 'Trace',
  logs: 'Logs',
  query: 'Metrics',
  map: 'Map',
  services: 'Services',
  service: 'Service',
  deploy: 'Deploy',
  errors: 'Errors',
  error: 'Error',
  slos: 'Objectives',
  slo: 'Objective',
  'slo-editor': 'Edit an objective',
  alerts: 'Alerts',
  status: 'Status',
  id: 'Look-up',
  unknown: 'Not found',
}

/** Pages that have something to show before the first telemetry comes. */
const TELL_THEMSELVES: ReadonlySet<string> = new Set(['unknown', 'query', 'status'])

function Page() {
  const to = route.value
  useEffect(() => {
    document.title = `${TITLES[to.page]} · Hodoscope`
  }, [to.page])
  const welcome = useWelcome()
  if (locked.value) return <SignIn />
  if (welcome && !TELL_THEMSELVES.has(to.page)) return <FirstStart arrived={welcome === 'arrived'} />
  switch (to.page) {
    case 'overview':
      return <OverviewPage />
    case 'traces':
      return <TracesPage />
    case 'trace':
      return <TracePage traceId={to.traceId} />
    case 'logs':
      return <LogsPage />
    case 'query':
      return <MetricsPage />
    case 'map':
      return <MapPage />
    case 'services':
      return <ServicesPage />
    case 'service':
      return <ServicePage service={to.service} key={to.service} />
    case 'deploy':
      return <DeployPage {...to} key={path.value} />
    case 'errors':
      return <ErrorsPage />
    case 'error':
      return <ErrorPage fingerprint={to.fingerprint} key={to.fingerprint} />
    case 'slos':
      return <SlosPage />
    case 'slo':
      return <SloPage name={to.name} key={to.name} />
    case 'slo-editor':
      return <SloEditorPage name={to.name} key={to.name} />
    case 'alerts':
      return <AlertsPage />
    case 'status':
      return <StatusPage />
    case 'id':
      return <IdPage id={to.id} />
    case 'unknown':
      return <NoSuchPage path={to.path} />
    default:
      return to satisfies never
  }
}

const NoSuchPage = ({ path }: { path: string }) => (
  <div class="page">
    <Empty title="There is no page at this address">
      <code>{path}</code>. Go to{' '}
      <a class="link" href="/traces">
        the traces
      </a>
      .
    </Empty>
  </div>
)

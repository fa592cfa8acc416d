import { ActivityProvider, Loading, Root, useUrl } from '@otel-activity/react'
import { lazy, Suspense, useEffect } from 'react'
import { isZone, usePrefs } from './prefs'
import { go, hrefOf, type Place, placeAt, usePath } from './routes'
import { ExploreScreen } from './screens/ExploreScreen'
import { type Session, SessionGate } from './session'
import { ErrorBoundary } from './shell/ErrorBoundary'
import { Header } from './shell/Header'

// Explore is what almost everybody opens; the other screens come when they are asked for.
const DashboardScreen = lazy(() => import('./screens/DashboardScreen'))
const EntityScreen = lazy(() => import('./screens/EntityScreen'))
const HealthScreen = lazy(() => import('./screens/HealthScreen'))
const MigrationScreen = lazy(() => import('./screens/MigrationScreen'))
const NotFoundScreen = lazy(() => import('./screens/NotFoundScreen'))
const RejectedScreen = lazy(() => import('./screens/RejectedScreen'))

export function App() {
  const [prefs, setPrefs] = usePrefs()
  const [params] = useUrl()
  const tz = params.get('tz')
  const timeZone = tz && isZone(tz) ? tz : prefs.timeZone

  useEffect(() => {
    // The document behind the page, and what the browser draws itself, follow the choice.
    document.documentElement.style.colorScheme = prefs.theme === 'auto' ? 'light dark' : prefs.theme
  }, [prefs.theme])

  return (
    <ActivityProvider theme={prefs.theme} timeZone={timeZone}>
      <SessionGate>
        {(session) => (
          <ActivityProvider
            client={session.client}
            traceUrl={session.config.traceUrl}
            projectId={params.get('project') ?? undefined}
          >
            <Shell session={session} prefs={prefs} onPrefs={setPrefs} />
          </ActivityProvider>
        )}
      </SessionGate>
    </ActivityProvider>
  )
}

type ShellProps = {
  session: Session
  prefs: ReturnType<typeof usePrefs>[0]
  onPrefs: ReturnType<typeof usePrefs>[1]
}

function Shell({ session, prefs, onPrefs }: ShellProps) {
  const { config, me, signOut } = session
  const path = usePath()
  const place = placeAt(path)
  return (
    <Root className="app">
      <button type="button" className="app-skip" onClick={toMain}>
        Skip to content
      </button>
      <Header
        title={config.title}
        me={me}
        screen={place?.screen}
        prefs={prefs}
        onPrefs={onPrefs}
        onSignOut={signOut}
      />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={path}>
          <Suspense fallback={<Loading lines={10} />}>
            <Screens place={place} session={session} />
          </Suspense>
        </ErrorBoundary>
      </main>
    </Root>
  )
}

interface ScreensProps {
  place: Place | undefined
  session: Session
}

function Screens({ place, session: { config, me } }: ScreensProps) {
  const site = config.title
  switch (place?.screen) {
    case 'explore':
      return <ExploreScreen site={site} />
    case 'activity':
      return <Opened id={place.id} />
    case 'entity':
      return <EntityScreen site={site} type={place.type} id={place.id} />
    case 'dashboard':
      return <DashboardScreen site={site} />
    case 'migration':
      return <MigrationScreen site={site} />
    case 'health':
      return <HealthScreen site={site} />
    case 'rejected':
      return me.admin ? <RejectedScreen site={site} /> : <NotFoundScreen site={site} />
    default:
      return <NotFoundScreen site={site} />
  }
}

/** A link to one activity opens Explore with its details. */
function Opened({ id }: { id: string }) {
  useEffect(() => {
    const at = new URLSearchParams(window.location.search).get('at') ?? undefined
    go(hrefOf('/', { id, at }), { replace: true })
  }, [id])
  return null
}

// Not a link: with <base> a fragment alone would lead to another page.
function toMain() {
  document.getElementById('main')?.focus()
}

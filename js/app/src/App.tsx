import { ActivityProvider, Loading, Root, useUrl } from '@otel-activity/react'
import { lazy, Suspense, useEffect } from 'react'
import { Redirect, Route, Router, Switch, useLocation, useSearch } from 'wouter'
import { basePath } from './base'
import { isZone, usePrefs } from './prefs'
import { hrefOf, type Screen, screenPaths, screens } from './routes'
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
            <Router base={basePath()}>
              <Shell session={session} prefs={prefs} onPrefs={setPrefs} />
            </Router>
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
  const [path] = useLocation()
  return (
    <Root className="app">
      <button type="button" className="app-skip" onClick={toMain}>
        Skip to content
      </button>
      <Header
        title={config.title}
        me={me}
        screen={screenAt(path)}
        prefs={prefs}
        onPrefs={onPrefs}
        onSignOut={signOut}
      />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={path}>
          <Suspense fallback={<Loading lines={10} />}>
            <Screens session={session} />
          </Suspense>
        </ErrorBoundary>
      </main>
    </Root>
  )
}

function Screens({ session: { config, me } }: { session: Session }) {
  const site = config.title
  return (
    <Switch>
      <Route path={screenPaths.explore}>
        <ExploreScreen site={site} />
      </Route>
      <Route path="/a/:id">{({ id }) => <Opened id={decode(id)} />}</Route>
      <Route path="/e/:type/:id">
        {({ type, id }) => <EntityScreen site={site} type={decode(type)} id={decode(id)} />}
      </Route>
      <Route path={screenPaths.dashboard}>
        <DashboardScreen site={site} />
      </Route>
      <Route path={screenPaths.migration}>
        <MigrationScreen site={site} />
      </Route>
      <Route path={screenPaths.health}>
        <HealthScreen site={site} />
      </Route>
      {me.admin && (
        <Route path={screenPaths.rejected}>
          <RejectedScreen site={site} />
        </Route>
      )}
      <Route>
        <NotFoundScreen site={site} />
      </Route>
    </Switch>
  )
}

/** A link to one activity opens Explore with its details. */
function Opened({ id }: { id: string }) {
  const at = new URLSearchParams(useSearch()).get('at') ?? undefined
  const href = hrefOf('/', { id, at })
  return <Redirect to={href.slice(basePath().length)} replace />
}

function screenAt(path: string): Screen | undefined {
  return screens.find((screen) => screenPaths[screen] === path)
}

// A path that was not encoded well is shown as it is.
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// Not a link: with <base> a fragment alone would lead to another page.
function toMain() {
  document.getElementById('main')?.focus()
}

import {
  type ActivityClient,
  createActivityClient,
  ErrorState,
  Loading,
  type Me,
  Root,
  type UiConfig,
  useResource,
} from '@otel-activity/react'
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react'
import { basePath } from './base'

const SignIn = lazy(() => import('./shell/SignIn'))

export interface Session {
  client: ActivityClient
  config: UiConfig
  me: Me
  /** Forgets the token; undefined where none was asked for. */
  signOut?: (() => void) | undefined
}

/**
 * Finds out who is asking before anything else is shown. A token is kept in memory only: it is gone
 * with the tab, and no script finds it in a store.
 */
export function SessionGate({ children }: { children: (session: Session) => ReactNode }) {
  const [token, setToken] = useState<string>()
  const [refused, setRefused] = useState(false)

  const client = useMemo(
    () =>
      createActivityClient({
        baseUrl: `${basePath()}/`,
        ...(token && { token }),
        fetch: async (input, init) => {
          const response = await fetch(input, init)
          if (response.status === 401) setRefused(true)
          return response
        },
      }),
    [token],
  )
  const signIn = useCallback((next: string) => {
    setRefused(false)
    setToken(next)
  }, [])

  const config = useResource('config', (signal) => client.uiConfig({ signal }))
  const me = useResource(refused ? null : `me|${token ?? ''}`, (signal) => client.me({ signal }))

  if (refused) {
    return (
      <Suspense>
        <SignIn
          title={config.data?.title ?? 'Activity'}
          again={token !== undefined}
          onToken={signIn}
        />
      </Suspense>
    )
  }
  const error = config.error ?? me.error
  if (config.data && me.data) {
    const signOut = token ? () => signIn('') : undefined
    return children({ client, config: config.data, me: me.data, signOut })
  }
  return (
    <Root className="app-gate">
      <main>
        <h1 className="oa-visually-hidden">Activity</h1>
        {error ? (
          <ErrorState
            error={error}
            onRetry={() => {
              config.reload()
              me.reload()
            }}
          />
        ) : (
          <Loading lines={8} />
        )}
      </main>
    </Root>
  )
}

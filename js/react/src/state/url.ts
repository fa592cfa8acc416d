import { useCallback, useSyncExternalStore } from 'react'

/*
 * The page's whole state is in the query string: no path, so that the files can be
 * served from any folder, and a link says what it shows.
 */

const changed = 'otel-activity:url'

function subscribe(notify: () => void): () => void {
  window.addEventListener('popstate', notify)
  window.addEventListener(changed, notify)
  return () => {
    window.removeEventListener('popstate', notify)
    window.removeEventListener(changed, notify)
  }
}

export type Params = Record<string, string | undefined>

export interface NavigateOptions {
  /** Replace the entry in the history instead of adding one. */
  replace?: boolean
}

/** Sets the named parameters, removes those that are undefined or empty and keeps the others. */
export function navigate(params: Params, { replace = false }: NavigateOptions = {}) {
  const href = hrefWith(params)
  if (href === window.location.href) return
  if (replace) window.history.replaceState(null, '', href)
  else window.history.pushState(null, '', href)
  window.dispatchEvent(new Event(changed))
}

/** The address that `navigate` would go to; for links that can be opened in a new tab. */
export function hrefWith(params: Params): string {
  const url = new URL(window.location.href)
  for (const [name, value] of Object.entries(params)) {
    if (value) url.searchParams.set(name, value)
    else url.searchParams.delete(name)
  }
  return url.href
}

const search = () => window.location.search

/** The query string and what changes it. */
export function useUrl(): [URLSearchParams, typeof navigate] {
  const text = useSyncExternalStore(subscribe, search)
  return [new URLSearchParams(text), navigate]
}

/** One parameter of it. */
export function useUrlParam(
  name: string,
): [string | undefined, (value: string | undefined, options?: NavigateOptions) => void] {
  const get = useCallback(
    () => new URLSearchParams(window.location.search).get(name) ?? undefined,
    [name],
  )
  const value = useSyncExternalStore(subscribe, get)
  const set = useCallback(
    (next: string | undefined, options?: NavigateOptions) => navigate({ [name]: next }, options),
    [name],
  )
  return [value, set]
}

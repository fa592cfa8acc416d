import { useSyncExternalStore } from 'react'
import { basePath } from './base'

export const screens = ['explore', 'dashboard', 'migration', 'health', 'rejected'] as const

export type Screen = (typeof screens)[number]

export const screenNames: Record<Screen, string> = {
  explore: 'Explore',
  dashboard: 'Dashboard',
  migration: 'Migration',
  health: 'Health',
  rejected: 'Rejected',
}

export const screenPaths: Record<Screen, string> = {
  explore: '/',
  dashboard: '/dashboard',
  migration: '/migration',
  health: '/health',
  rejected: '/rejected',
}

export type Place =
  | { screen: Screen }
  | { screen: 'activity'; id: string }
  | { screen: 'entity'; type: string; id: string }

/** What a path within the page leads to; undefined when there is nothing. */
export function placeAt(path: string): Place | undefined {
  const screen = screens.find((name) => screenPaths[name] === path)
  if (screen) return { screen }
  const [kind, first, second, ...more] = path.slice(1).split('/').map(decode)
  if (more.length > 0 || !first) return undefined
  if (kind === 'a' && second === undefined) return { screen: 'activity', id: first }
  if (kind === 'e' && second) return { screen: 'entity', type: first, id: second }
  return undefined
}

// A part that was not encoded well is taken as it is.
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function subscribe(notify: () => void): () => void {
  window.addEventListener('popstate', notify)
  return () => window.removeEventListener('popstate', notify)
}

function pathWithin(): string {
  return window.location.pathname.slice(basePath().length) || '/'
}

/** The path below the page's own. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, pathWithin)
}

// What a reader chose for the whole page goes with them from screen to screen.
const kept = ['project', 'tz']

type Params = Readonly<Record<string, string | undefined>>

/** The address of a path within the page, with these parameters and those that are kept. */
export function hrefOf(path: string, params: Params = {}, search = window.location.search): string {
  const current = new URLSearchParams(search)
  const next = new URLSearchParams()
  for (const name of kept) {
    const value = current.get(name)
    if (value) next.set(name, value)
  }
  for (const [name, value] of Object.entries(params)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  const text = next.toString()
  return `${basePath()}${path}${text && `?${text}`}`
}

/** Goes to an address of this page. Whoever follows the address hears of it as of the back button. */
export function go(href: string, { replace = false } = {}) {
  if (replace) window.history.replaceState(null, '', href)
  else window.history.pushState(null, '', href)
  window.dispatchEvent(new PopStateEvent('popstate'))
}

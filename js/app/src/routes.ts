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

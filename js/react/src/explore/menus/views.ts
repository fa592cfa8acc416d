import { useCallback, useSyncExternalStore } from 'react'

/** A saved view: a name for a query string. Nothing else is ever stored. */
export interface SavedView {
  name: string
  search: string
}

const key = 'otel-activity:views'
const none: readonly SavedView[] = []
let cached: { text: string | null; views: readonly SavedView[] } = { text: null, views: none }

function read(): readonly SavedView[] {
  let text: string | null
  try {
    text = localStorage.getItem(key)
  } catch {
    // Storage may be forbidden, in a frame for example.
    return none
  }
  if (text !== cached.text) cached = { text, views: parseViews(text) }
  return cached.views
}

export function parseViews(text: string | null): readonly SavedView[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(list) ? list.filter(isView) : none
  } catch {
    return none
  }
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false
  const view = value as Partial<SavedView>
  return typeof view.name === 'string' && typeof view.search === 'string'
}

function write(views: readonly SavedView[]) {
  try {
    localStorage.setItem(key, JSON.stringify(views))
  } catch {
    return
  }
  window.dispatchEvent(new Event(key))
}

function subscribe(notify: () => void): () => void {
  // `storage` tells of other tabs only.
  window.addEventListener('storage', notify)
  window.addEventListener(key, notify)
  return () => {
    window.removeEventListener('storage', notify)
    window.removeEventListener(key, notify)
  }
}

export function useSavedViews() {
  const views = useSyncExternalStore(subscribe, read)
  const save = useCallback((view: SavedView) => {
    write([...read().filter((other) => other.name !== view.name), view])
  }, [])
  const remove = useCallback((name: string) => {
    write(read().filter((view) => view.name !== name))
  }, [])
  return { views, save, remove }
}

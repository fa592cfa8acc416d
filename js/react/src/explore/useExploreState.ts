import { useCallback, useMemo, useState } from 'react'
import { type ExploreState, readExplore, writeExplore } from '../state/explore'
import { type NavigateOptions, navigate, type Params, useUrl } from '../state/url'
import { defaultColumns } from './columns'

/** How the list is shown; a part of the link as well. */
export interface View {
  columns: readonly string[]
  compact: boolean
  relative: boolean
  timeZone: string | undefined
  /** The list begins here instead of with the newest. */
  jump: string | undefined
}

export type MonitorState = ExploreState & View

export type ChangeState = (change: Partial<MonitorState>, options?: NavigateOptions) => void

function readView(params: URLSearchParams, initial: Partial<View>): View {
  return {
    columns: params.get('columns')?.split(',') ?? initial.columns ?? defaultColumns,
    compact: params.has('compact') ? params.get('compact') === '1' : (initial.compact ?? false),
    relative: params.get('time') === 'relative',
    timeZone: validZone(params.get('tz')) ?? initial.timeZone,
    jump: params.get('jump') ?? undefined,
  }
}

function writeView(view: View, initial: Partial<View>): Params {
  const columns = view.columns.join(',')
  return {
    columns: columns === (initial.columns ?? defaultColumns).join(',') ? undefined : columns,
    compact: view.compact === (initial.compact ?? false) ? undefined : view.compact ? '1' : '0',
    time: view.relative ? 'relative' : undefined,
    tz: view.timeZone === initial.timeZone ? undefined : view.timeZone,
    jump: view.jump,
  }
}

function validZone(name: string | null): string | undefined {
  if (!name) return undefined
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    return undefined
  }
}

function toParams(state: MonitorState, initial: Partial<View>): Params {
  return { ...writeExplore(state), ...writeView(state, initial) }
}

/**
 * The monitor's state: in the address, so that a link and the back button carry it, or
 * in the component when the address belongs to somebody else.
 */
export function useExploreState(
  inUrl: boolean,
  initial: Partial<MonitorState>,
): [MonitorState, ChangeState] {
  const [params] = useUrl()
  const [local, setLocal] = useState<MonitorState>(() => ({
    ...readExplore(new URLSearchParams()),
    ...readView(new URLSearchParams(), initial),
    ...initial,
  }))
  const text = params.toString()
  const fromUrl = useMemo(() => {
    const current = new URLSearchParams(text)
    return { ...readExplore(current), ...readView(current, initial) }
  }, [text, initial])

  const change = useCallback<ChangeState>(
    (next, options) => {
      if (!inUrl) {
        setLocal((old) => ({ ...old, ...next }))
        return
      }
      // Read anew: two changes in one event must not undo each other.
      const current = new URLSearchParams(window.location.search)
      const state = { ...readExplore(current), ...readView(current, initial), ...next }
      navigate(toParams(state, initial), options)
    },
    [inUrl, initial],
  )
  return [inUrl ? fromUrl : local, change]
}

/** A view as a query string, and back. */
export function searchOf(state: MonitorState): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(toParams({ ...state, selected: undefined }, {}))) {
    if (value) search.set(name, value)
  }
  return search.toString()
}

export function stateFrom(search: string): MonitorState {
  const params = new URLSearchParams(search)
  return { ...readExplore(params), selected: undefined, ...readView(params, {}) }
}

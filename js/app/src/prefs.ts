import type { Theme } from '@otel-activity/react'
import { useState } from 'react'

/** What a reader chose for this browser. Never a token: that lives in memory only. */
export interface Prefs {
  theme: Theme
  timeZone?: string | undefined
}

const key = 'otel-activity:prefs'
const themes: readonly string[] = ['auto', 'light', 'dark']

function read(): Prefs {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return { theme: 'auto' }
    const { theme, timeZone } = stored as Record<string, unknown>
    return {
      theme: typeof theme === 'string' && themes.includes(theme) ? (theme as Theme) : 'auto',
      timeZone: typeof timeZone === 'string' && isZone(timeZone) ? timeZone : undefined,
    }
  } catch {
    return { theme: 'auto' }
  }
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export function usePrefs(): [Prefs, (change: Partial<Prefs>) => void] {
  const [prefs, set] = useState(read)
  const change = (next: Partial<Prefs>) => {
    const all = { ...prefs, ...next }
    set(all)
    try {
      localStorage.setItem(key, JSON.stringify(all))
    } catch {
      // Without storage a choice lasts as long as the page.
    }
  }
  return [prefs, change]
}

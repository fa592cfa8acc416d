import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { type ActivityClient, createActivityClient } from '../client'

export type Theme = 'auto' | 'light' | 'dark'

/** What every component needs to know; each takes the same as props, which win. */
export interface ActivitySettings {
  client: ActivityClient
  /** Only this project's activities; without it, all that the identity may see. */
  projectId?: string | undefined
  /** An IANA name. Default: the browser's. */
  timeZone: string
  /** A BCP 47 tag. Default: the browser's. */
  locale: string
  /** A trace's address, with `{traceId}` in it. */
  traceUrl?: string | undefined
  theme: Theme
}

export type SettingsProps = Partial<ActivitySettings>

const Context = createContext<ActivitySettings | undefined>(undefined)

let defaultSettings: ActivitySettings | undefined

/** Made at first use, so that importing the package touches neither document nor network. */
function defaults(): ActivitySettings {
  defaultSettings ??= {
    client: createActivityClient(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: navigator.language,
    theme: 'auto',
  }
  return defaultSettings
}

export function useActivity(): ActivitySettings {
  return useContext(Context) ?? defaults()
}

/** Sets some of the settings for what is inside and keeps the others. */
export function ActivityProvider({ children, ...props }: SettingsProps & { children: ReactNode }) {
  const outer = useActivity()
  const client = props.client ?? outer.client
  const projectId = props.projectId ?? outer.projectId
  const timeZone = props.timeZone ?? outer.timeZone
  const locale = props.locale ?? outer.locale
  const traceUrl = props.traceUrl ?? outer.traceUrl
  const theme = props.theme ?? outer.theme
  const value = useMemo(
    () => ({ client, projectId, timeZone, locale, traceUrl, theme }),
    [client, projectId, timeZone, locale, traceUrl, theme],
  )
  return <Context.Provider value={value}>{children}</Context.Provider>
}

import type { ReactNode } from 'react'
import { useTitle } from '../shell/useTitle'

interface PageProps {
  title: string
  site: string
  /** Beside the title. */
  note?: ReactNode
  children: ReactNode
}

/** A screen that scrolls as a whole. */
export function Page({ title, site, note, children }: PageProps) {
  useTitle(title, site)
  return (
    <div className="app-page">
      <header className="app-page-head">
        <h1>{title}</h1>
        {note}
      </header>
      {children}
    </div>
  )
}

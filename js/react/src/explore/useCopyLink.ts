import { useCallback, useEffect, useState } from 'react'
import type { ActivityClient } from '../client'

const shownMs = 2500

/** The page of the server that the client talks to, with this activity open. */
export function linkTo(client: ActivityClient, id: string, at: string): string {
  const page = new URL(client.root.replace(/api\/v1$/, ''))
  page.search = new URLSearchParams({ id, at }).toString()
  return page.href
}

/** Copies a link, and says so for a moment. */
export function useCopyLink(): [copied: boolean, copy: (link: string) => void] {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = useCallback((link: string) => {
    // Absent where the page is not served securely.
    navigator.clipboard?.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }, [])
  return [copied, copy]
}

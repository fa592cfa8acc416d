import { useUrl } from '@otel-activity/react'
import type { MouseEvent, ReactNode } from 'react'
import { go, hrefOf } from '../routes'

interface NavLinkProps {
  path: string
  current: boolean
  children: ReactNode
}

/** A link within the page: a real address, that a plain click goes to without loading the page anew. */
export function NavLink({ path, current, children }: NavLinkProps) {
  const [params] = useUrl()
  const href = hrefOf(path, {}, params.toString())
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return
    event.preventDefault()
    go(hrefOf(path))
  }
  return (
    <a
      className="app-nav-link"
      href={href}
      aria-current={current ? 'page' : undefined}
      onClick={onClick}
    >
      {children}
    </a>
  )
}

import { type CSSProperties, forwardRef, type ReactNode } from 'react'
import '../theme/index.css'
import { useActivity } from '../state/context'

interface RootProps {
  children: ReactNode
  className?: string
  style?: CSSProperties
}

/** What the styles are scoped to; every component that can stand alone begins with one. */
export const Root = forwardRef<HTMLDivElement, RootProps>(function Root(
  { children, className = '', style },
  ref,
) {
  const { theme } = useActivity()
  return (
    <div ref={ref} className={`oa-root ${className}`} data-theme={theme} style={style}>
      {children}
    </div>
  )
})

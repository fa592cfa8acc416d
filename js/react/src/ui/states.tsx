import type { ReactNode } from 'react'
import { type ActivityError, remedy } from '../client'
import { Button } from './Button'
import { Icon } from './Icon'
import { Text } from './Text'

/** Grey bars where the content will be. */
export function Loading({ label = 'Loading…', lines = 6 }: { label?: string; lines?: number }) {
  return (
    <div className="oa-loading" role="status">
      <span className="oa-visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all the same
        <div key={i} className="oa-skeleton" aria-hidden="true" />
      ))}
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="oa-state">
      <p className="oa-state-title">{title}</p>
      {children}
    </div>
  )
}

/** What went wrong, what can be done about it, and a button that does. */
export function ErrorState({ error, onRetry }: { error: ActivityError; onRetry?: () => void }) {
  return (
    <div className="oa-state" role="alert">
      <Icon name="warning" size={24} />
      <p className="oa-state-title">
        <Text value={error.problem.title} />
      </p>
      {error.problem.detail && (
        <p>
          <Text value={error.problem.detail} />
        </p>
      )}
      <p>{remedy(error)}</p>
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

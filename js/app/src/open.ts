import { type Activity, type Filters, type TimeRange, writeExplore } from '@otel-activity/react'
import { activityPath, go, hrefOf } from './routes'

/** Explore with these filters, in this time. */
export function openExplore(filters: Filters, range?: TimeRange) {
  go(hrefOf('/', writeExplore({ filters, ...(range && { range }) })))
}

/** The address of an activity that can be sent to somebody. */
export function shareUrl(activity: Pick<Activity, 'id' | 'occurredAt'>): string {
  const href = hrefOf(activityPath(activity.id), { at: activity.occurredAt })
  return new URL(href, window.location.href).href
}

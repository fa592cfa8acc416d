import { type Activity, type Filters, type TimeRange, writeExplore } from '@otel-activity/react'
import { go, hrefOf } from './routes'

/** Explore with these filters, in this time. */
export function openExplore(filters: Filters, range?: TimeRange) {
  go(hrefOf('/', writeExplore({ filters, ...(range && { range }) })))
}

/** Explore with the details of one activity. */
export function openActivity({ id, occurredAt }: Activity) {
  go(hrefOf('/', writeExplore({ selected: { id, at: occurredAt } })))
}

import { type Activity, Empty } from '@otel-activity/react'

/** The list of activities. */
export function Monitor(_: { onSelect: (activity: Activity) => void }) {
  return <Empty title="Nothing to list" />
}

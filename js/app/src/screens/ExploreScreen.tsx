import { ActivityMonitor } from '@otel-activity/react'
import { useTitle } from '../shell/useTitle'

/** The list, and the details of the one that is chosen; all of it is in the address. */
export function ExploreScreen({ site }: { site: string }) {
  useTitle('Explore', site)
  return (
    <div className="app-explore">
      <h1 className="oa-visually-hidden">Explore</h1>
      <ActivityMonitor urlState />
    </div>
  )
}

import { ActivityDashboard, type TimeRange, useUrl } from '@otel-activity/react'
import { openExplore } from '../open'
import { Page } from './Page'

/** The time is in the address, as it is in Explore. */
export default function DashboardScreen({ site }: { site: string }) {
  const [params, navigate] = useUrl()
  const to = params.get('to') ?? undefined
  const range: TimeRange = { from: params.get('from') ?? '7d', ...(to && { to }) }
  return (
    <Page title="Dashboard" site={site}>
      <ActivityDashboard
        range={range}
        onRangeChange={(next) => navigate({ from: next.from, to: next.to })}
        onFilter={openExplore}
      />
    </Page>
  )
}

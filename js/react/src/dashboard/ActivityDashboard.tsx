import './dashboard.css'
import { lazy, Suspense, useState } from 'react'
import { ActivityProvider, type SettingsProps } from '../state/context'
import type { Filters } from '../state/filters'
import { spanLabel, type TimeRange } from '../state/time'
import { Button, Loading, Root } from '../ui'

const Dashboard = lazy(() => import('./DashboardCharts'))

export interface ActivityDashboardProps extends SettingsProps {
  /** Which time it shows; without it, a picker is shown and it begins with the last seven days. */
  range?: TimeRange
  onRangeChange?: (range: TimeRange) => void
  /** Load again so often, in milliseconds; 0 is never. Default: 30 s. */
  refreshInterval?: number
  /** Show the title and the choice of times. Default: true. */
  showHeader?: boolean
  /** A figure or a bar was chosen: the filter that shows the activities behind it. */
  onFilter?: (filters: Filters, range?: TimeRange) => void
}

const presets = ['24h', '7d', '30d', '90d'] as const

/** What happened in a time, in figures and charts. */
export function ActivityDashboard({
  range,
  onRangeChange,
  refreshInterval = 30_000,
  showHeader = true,
  onFilter,
  ...settings
}: ActivityDashboardProps) {
  const [own, setOwn] = useState<TimeRange>({ from: '7d' })
  const shown = range ?? own
  const choose = (next: TimeRange) => {
    setOwn(next)
    onRangeChange?.(next)
  }
  return (
    <ActivityProvider {...settings}>
      <Root className="oa-dashboard">
        {showHeader && <RangePicker range={shown} onChange={choose} />}
        <Suspense fallback={<Loading lines={12} />}>
          <Dashboard range={shown} refreshMs={refreshInterval} onFilter={onFilter} />
        </Suspense>
      </Root>
    </ActivityProvider>
  )
}

function RangePicker({
  range,
  onChange,
}: {
  range: TimeRange
  onChange: (range: TimeRange) => void
}) {
  return (
    <fieldset className="oa-range">
      <legend className="oa-visually-hidden">Time</legend>
      {presets.map((preset) => (
        <Button
          key={preset}
          pressed={range.from === preset && !range.to}
          onClick={() => onChange({ from: preset })}
        >
          {spanLabel(preset)}
        </Button>
      ))}
    </fieldset>
  )
}

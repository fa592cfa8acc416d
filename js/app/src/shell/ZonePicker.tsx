import { Icon, Loading, Menu, useActivity, useUrlParam } from '@otel-activity/react'
import { lazy, Suspense } from 'react'
import type { Prefs } from '../prefs'

const Zones = lazy(() => import('./Zones'))

interface ZonePickerProps {
  onPrefs: (change: Partial<Prefs>) => void
}

/** The time zone of every time on the page; it is in the link, so that two readers see the same. */
export function ZonePicker({ onPrefs }: ZonePickerProps) {
  const { timeZone } = useActivity()
  const [, setZone] = useUrlParam('tz')
  return (
    <Menu
      align="end"
      label={
        <>
          <Icon name="clock" size={14} />
          <span className="oa-clip">{timeZone.replace(/^.*\//, '').replaceAll('_', ' ')}</span>
          <Icon name="chevron" size={12} />
        </>
      }
    >
      {(close) => (
        <Suspense fallback={<Loading lines={3} />}>
          <Zones
            current={timeZone}
            onChoose={(zone) => {
              onPrefs({ timeZone: zone })
              setZone(zone, { replace: true })
              close()
            }}
          />
        </Suspense>
      )}
    </Menu>
  )
}

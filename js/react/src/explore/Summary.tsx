import { useEffect, useState } from 'react'
import type { ActivityError } from '../client'
import { useActivity } from '../state/context'
import { Announcer } from '../ui/announce'
import { ago, count, totalLabel } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Text } from '../ui/Text'
import type { ActivityList, ListState } from './list'
import { useListState } from './useActivityList'

const tickMs = 5000

interface SummaryProps {
  list: ActivityList
  live: boolean
  paused: boolean
}

/** How many there are, how fresh that is, and what the stream does. */
export function Summary({ list: source, live, paused }: SummaryProps) {
  const list = useListState(source)
  const { locale } = useActivity()
  const now = useNow()
  const total = list.total
    ? totalLabel(list.total, locale)
    : `${list.hasMore ? '≥ ' : ''}${count(list.rows.length, locale)}`
  const known = list.asOf > 0
  const text = known ? `${total} ${list.total?.value === 1 ? 'activity' : 'activities'}` : ''
  return (
    <div className="oa-summary">
      <h2>Activities</h2>
      <span>{text}</span>
      {known && !live && (
        <span className="oa-muted">{ago(list.asOf, Math.max(now, list.asOf), locale)}</span>
      )}
      {live && <LiveState list={list} paused={paused} />}
      {list.dropped > 0 && (
        <span className="oa-warn">{count(list.dropped, locale)} left out: too fast to show</span>
      )}
      {list.error && known && (
        <span className="oa-warn">
          <Icon name="warning" size={14} />
          {comesBack(list.error) ? (
            'Can’t reach the server; trying again'
          ) : (
            <Text value={list.error.problem.title} />
          )}
        </span>
      )}
      <Announcer text={list.waiting > 0 ? `${count(list.waiting, locale)} new` : text} />
    </div>
  )
}

function LiveState({ list, paused }: { list: ListState; paused: boolean }) {
  const ended = list.stream === 'lost' && list.error && !comesBack(list.error)
  const state = ended
    ? 'ended'
    : list.stream === 'live'
      ? paused
        ? 'paused'
        : 'live'
      : (list.stream ?? 'connecting')
  const words = {
    live: 'Live',
    paused: 'Paused',
    connecting: 'Connecting…',
    lost: 'Connection lost; trying again',
    ended: 'Stopped',
  }
  return (
    <span className="oa-live-state" data-state={state}>
      {words[state]}
    </span>
  )
}

/** Whether it is asked again by itself. */
function comesBack(error: ActivityError): boolean {
  return error.status === 0 || error.status === 503
}

function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs)
    return () => clearInterval(timer)
  }, [])
  return now
}

import { useActivity } from '../state/context'
import { Button } from '../ui/Button'
import { count } from '../ui/format'
import { Empty, ErrorState, Loading } from '../ui/states'
import { Time } from '../ui/Time'
import { type ListState, maxRows } from './list'

interface ListFooterProps {
  list: ListState
  live: boolean
  filtered: boolean
  onRetry: () => void
  onMore: () => void
  onClear: () => void
  onWiden: () => void
}

/** What stands below the last row, or instead of rows. */
export function ListFooter({ list, ...actions }: ListFooterProps) {
  const { locale } = useActivity()
  if (list.rows.length === 0) return <Nothing list={list} {...actions} />
  if (list.loading === 'more') return <p className="oa-list-end">Loading more…</p>
  if (list.error && list.hasMore) {
    return (
      <p className="oa-list-end">
        The next page did not come. <Button onClick={actions.onMore}>Try again</Button>
      </p>
    )
  }
  if (list.rows.length >= maxRows) {
    return (
      <p className="oa-list-end">
        {count(maxRows, locale)} activities are held at most. Jump to a time to go further back.
      </p>
    )
  }
  if (list.searchedTo) return <SearchFurther searchedTo={list.searchedTo} onMore={actions.onMore} />
  return list.hasMore ? null : <p className="oa-list-end">That’s all in this range of time.</p>
}

function SearchFurther({ searchedTo, onMore }: { searchedTo: string; onMore: () => void }) {
  return (
    <p className="oa-list-end">
      Searched back to <Time value={searchedTo} />. <Button onClick={onMore}>Search further</Button>
    </p>
  )
}

function Nothing({ list, ...actions }: ListFooterProps) {
  if (list.error) return <ErrorState error={list.error} onRetry={actions.onRetry} />
  if (list.loading) return <Loading lines={12} />
  if (list.searchedTo) {
    return (
      <Empty title="Nothing found yet">
        <SearchFurther searchedTo={list.searchedTo} onMore={actions.onMore} />
      </Empty>
    )
  }
  return (
    <Empty title={actions.live ? 'Waiting for activities' : 'No activities'}>
      <p>
        {actions.filtered
          ? 'Nothing in this range of time matches the search.'
          : 'Nothing was recorded in this range of time.'}
      </p>
      <div className="oa-actions">
        {actions.filtered && <Button onClick={actions.onClear}>Clear the search</Button>}
        <Button onClick={actions.onWiden}>Show the last 30 days</Button>
      </div>
    </Empty>
  )
}

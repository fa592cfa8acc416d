import {
  type Activity,
  ActivityDetails,
  DetailsPanel,
  navigate,
  readExplore,
  useUrl,
} from '@otel-activity/react'
import { openExplore, shareUrl } from '../open'
import { useTitle } from '../shell/useTitle'
import { Monitor } from './Monitor'

/** The list, and the details of the one that is chosen; which one that is, is in the address. */
export function ExploreScreen({ site }: { site: string }) {
  useTitle('Explore', site)
  const [params] = useUrl()
  const { selected } = readExplore(params)
  const select = (activity: Activity) => navigate({ id: activity.id, at: activity.occurredAt })
  const close = () => navigate({ id: undefined, at: undefined })
  return (
    <div className="app-explore" data-details={selected !== undefined || undefined}>
      <h1 className="oa-visually-hidden">Explore</h1>
      <div className="app-explore-list">
        <Monitor onSelect={select} />
      </div>
      {selected && (
        <DetailsPanel label="Details" onClose={close}>
          <ActivityDetails
            id={selected.id}
            at={selected.at || undefined}
            shareUrl={shareUrl}
            onClose={close}
            onSelect={select}
            onFilter={openExplore}
          />
        </DetailsPanel>
      )}
    </div>
  )
}

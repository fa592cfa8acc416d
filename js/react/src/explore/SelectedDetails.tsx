import { ActivityDetails, DetailsPanel } from '../details'
import type { Filters } from '../state/filters'
import type { TimeRange } from '../state/time'

interface SelectedDetailsProps {
  id: string
  at: string
  shareUrl: (activity: { id: string; occurredAt: string }) => string
  onSelect: (activity: { id: string; occurredAt: string }) => void
  onFilter: (filters: Filters, range?: TimeRange) => void
  onClose: () => void
}

/** The details beside the list; loaded when the first activity is opened. */
export default function SelectedDetails({ onClose, at, ...details }: SelectedDetailsProps) {
  return (
    <DetailsPanel label="Details" onClose={onClose}>
      <ActivityDetails {...details} at={at || undefined} onClose={onClose} />
    </DetailsPanel>
  )
}

export { ActivityDetails, type ActivityDetailsProps } from './ActivityDetails'
export { DetailsPanel } from './DetailsPanel'

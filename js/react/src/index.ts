export * from './client'
export {
  ActivityDashboard,
  ActivityDashboard as EnhancedActivityDashboard,
  type ActivityDashboardProps,
} from './dashboard'
export {
  ActivityDetails,
  ActivityDetails as EnhancedActivityDetails,
  type ActivityDetailsProps,
  DetailsPanel,
} from './details'
export {
  ActivityMonitor,
  ActivityMonitor as EnhancedActivityMonitor,
  type ActivityMonitorProps,
} from './explore'
export {
  PipelineHealth,
  type PipelineHealthProps,
  RejectedList,
  type RejectedListProps,
} from './health'
export { MigrationProgress, type MigrationProgressProps } from './migration'

export { formatQuery, parseQuery } from './search/query'
export * from './state'
export { EntityTimeline, type EntityTimelineProps } from './timeline'
export * from './ui'

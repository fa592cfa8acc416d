export { EntityTimeline, type EntityTimelineProps } from './EntityTimeline'

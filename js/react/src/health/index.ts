export { PipelineHealth, type PipelineHealthProps } from './PipelineHealth'
export { RejectedList, type RejectedListProps } from './RejectedList'

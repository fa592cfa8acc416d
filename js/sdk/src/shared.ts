export { ActivityRecorder, type Batch, type Operation } from './activityRecorder.js'
export { fromBaggage, toBaggage } from './baggage.js'
export { type DiffOptions, diff } from './diff.js'
export * from './global.js'
export type { Outcome } from './outcome.js'
export type { SetupOptions, Tier } from './pipeline/options.js'
export { dropped, flush, flushAfter, Pipeline, queueSize } from './pipeline/pipeline.js'
export type { RecorderOptions } from './recorder.js'
export type { Repair, Repaired } from './repair.js'
export { currentActivityContext, runWithActivityContext } from './scope.js'
export {
  ActivityActorType,
  ActivitySeverity,
  ActivitySource,
  ActivityStatus,
} from './semconv.gen.js'
export type {
  Activity,
  ActivityContext,
  ActivityInput,
  Actor,
  Changes,
  OnBehalfOf,
  WrapInput,
} from './types.js'

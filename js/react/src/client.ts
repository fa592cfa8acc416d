export type * from '@otel-activity/sdk/client'
export {
  type ActivityClient,
  ActivityError,
  type ClientOptions,
  createActivityClient,
  isAbort,
  remedy,
  type StreamHandlers,
  type StreamState,
  toActivityError,
} from '@otel-activity/sdk/client'

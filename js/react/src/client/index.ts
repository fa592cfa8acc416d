export { type ActivityClient, type ClientOptions, createActivityClient } from './client'
export { ActivityError, isAbort, remedy, toActivityError } from './problem'
export type { StreamHandlers, StreamState } from './stream'
export type * from './types'

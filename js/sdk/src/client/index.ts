export { type ActivityClient, type ClientOptions, createActivityClient } from './client.js'
export { ActivityError, isAbort, remedy, toActivityError } from './problem.js'
export type { StreamHandlers, StreamState } from './stream.js'
export type * from './types.js'

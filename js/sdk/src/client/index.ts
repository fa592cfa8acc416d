export type { CacheOptions } from './cache.js'
export {
  type ActivityClient,
  type ClientOptions,
  createActivityClient,
  type RequestOptions,
} from './client.js'
export type { ActivityFilters } from './filters.js'
export {
  abortActivityMigration,
  getMigrationStatus,
  type MigrationStatus,
  type StartOptions,
  startActivityMigration,
} from './migration.js'
export { ActivityError, isAbort, remedy, toActivityError } from './problem.js'
export {
  type Activities,
  type ActivityReader,
  createActivityReader,
  type ReaderOptions,
} from './reader.js'
export type { StreamHandlers, StreamState } from './stream.js'
export type * from './types.js'

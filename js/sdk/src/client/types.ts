import type { paths } from './schema.gen.js'

export type * from './schema.gen.js'

type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

export type ListQuery = QueryOf<'/activities'>
export type FacetsQuery = QueryOf<'/activities/facets'>
export type HistogramQuery = QueryOf<'/activities/histogram'>
export type StreamQuery = QueryOf<'/activities/stream'>
export type ExportQuery = QueryOf<'/activities/export'>
export type EntityQuery = QueryOf<'/entities/{type}/{id}/activities'>
export type ActorQuery = QueryOf<'/actors/{id}/activities'>
export type OperationQuery = QueryOf<'/operations/{id}'>
export type TraceQuery = QueryOf<'/traces/{id}'>
export type MetricsQuery = QueryOf<'/metrics'>
export type SuggestQuery = QueryOf<'/suggest'>
export type RejectedQuery = QueryOf<'/rejected'>
export type DifferencesQuery = QueryOf<'/migrations/{id}/differences'>
/** When the triggers of a finished migration go, and whether the audit tables do too. */
export type FinishQuery = NonNullable<
  paths['/migrations/{id}/{command}']['post']['parameters']['query']
>

/** An answer together with the ETag that a later command must name. */
export interface Tagged<T> {
  data: T
  etag: string
}

import { ActivityError, isAbort, readProblem, toActivityError } from './problem.js'
import { follow, type StreamHandlers } from './stream.js'
import type * as T from './types.js'
import { apiRoot, queryString } from './url.js'

export interface ClientOptions {
  /** Where the Collector's page is; the API is at `api/v1` below it. Default: this document's base. */
  baseUrl?: string
  /** A bearer token, or what gets one; asked before each request, so that it may change. */
  token?: string | (() => string | Promise<string>)
  /** Instead of the global fetch. */
  fetch?: typeof globalThis.fetch
}

export interface RequestOptions {
  signal?: AbortSignal
}

type Query = Parameters<typeof queryString>[0]

/** The token to send now. */
export async function tokenOf({ token }: ClientOptions): Promise<string | undefined> {
  return typeof token === 'function' ? token() : token
}

/** Everything that the page asks the server goes through one of these. */
export type ActivityClient = ReturnType<typeof createActivityClient>

export function createActivityClient(options: ClientOptions = {}) {
  const root = apiRoot(options.baseUrl ?? '.')
  const doFetch: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))

  async function send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    const token = await tokenOf(options)
    const headers: Record<string, string> = { ...init.headers }
    if (token) headers.authorization = `Bearer ${token}`
    let response: Response
    try {
      response = await doFetch(root + path, { ...init, headers })
    } catch (error) {
      throw isAbort(error) ? error : toActivityError(error)
    }
    if (!response.ok) throw await readProblem(response)
    return response
  }

  async function get<R>(path: string, query?: Query, o?: RequestOptions): Promise<R> {
    const response = await send(path + queryString(query), {
      headers: { accept: 'application/json' },
      signal: o?.signal ?? null,
    })
    return (await response.json()) as R
  }

  async function tagged<R>(path: string, init: Parameters<typeof send>[1]): Promise<T.Tagged<R>> {
    const response = await send(path, init)
    return { data: (await response.json()) as R, etag: response.headers.get('etag') ?? '' }
  }

  const id = encodeURIComponent
  return {
    /** The API's root, absolute. */
    root,
    /** Whether requests carry a token, so that plain links can't. */
    hasToken: options.token !== undefined,

    activities: (q: T.ListQuery, o?: RequestOptions) => get<T.ActivityPage>('/activities', q, o),
    activity: (activityId: string, at?: string, o?: RequestOptions) =>
      get<T.ActivityDetail>(`/activities/${id(activityId)}`, { at }, o),
    facets: (q: T.FacetsQuery, o?: RequestOptions) => get<T.Facets>('/activities/facets', q, o),
    histogram: (q: T.HistogramQuery, o?: RequestOptions) =>
      get<T.Histogram>('/activities/histogram', q, o),
    entity: (type: string, entityId: string, q?: T.EntityQuery, o?: RequestOptions) =>
      get<T.ActivityPage>(`/entities/${id(type)}/${id(entityId)}/activities`, q, o),
    actor: (actorId: string, q?: T.ActorQuery, o?: RequestOptions) =>
      get<T.ActivityPage>(`/actors/${id(actorId)}/activities`, q, o),
    operation: (operationId: string, q?: T.OperationQuery, o?: RequestOptions) =>
      get<T.ActivityPage>(`/operations/${id(operationId)}`, q, o),
    trace: (traceId: string, q?: T.TraceQuery, o?: RequestOptions) =>
      get<T.ActivityPage>(`/traces/${id(traceId)}`, q, o),
    metrics: (q: T.MetricsQuery, o?: RequestOptions) => get<T.Metrics>('/metrics', q, o),
    suggest: (q: T.SuggestQuery, o?: RequestOptions) => get<T.Suggestions>('/suggest', q, o),
    pipeline: (o?: RequestOptions) => get<T.Pipeline>('/pipeline', {}, o),
    rejected: (q?: T.RejectedQuery, o?: RequestOptions) => get<T.RejectedPage>('/rejected', q, o),
    me: (o?: RequestOptions) => get<T.Me>('/me', {}, o),
    uiConfig: (o?: RequestOptions) => get<T.UiConfig>('/ui-config.json', {}, o),

    /** Resolves with `unavailable` too: a server without its database is an answer. */
    async health(o?: RequestOptions): Promise<T.Health> {
      try {
        return await get<T.Health>('/healthz', {}, o)
      } catch (error) {
        if (error instanceof ActivityError && error.status === 503) {
          return { status: 'unavailable', reason: error.message }
        }
        throw error
      }
    },

    /** Follows what arrives until the returned function is called. */
    stream: (q: T.StreamQuery, handlers: StreamHandlers) =>
      follow((lastEventId, signal) => {
        const headers: Record<string, string> = { accept: 'text/event-stream' }
        if (lastEventId !== undefined) headers['last-event-id'] = lastEventId
        return send(`/activities/stream${queryString(q)}`, { headers, signal, cache: 'no-store' })
      }, handlers),

    /** The export's address; only without a token can a plain link use it. */
    exportUrl: (q: T.ExportQuery) => `${root}/activities/export${queryString(q)}`,
    /** The export itself, as it streams. */
    export: (q: T.ExportQuery, o?: RequestOptions) =>
      send(`/activities/export${queryString(q)}`, { signal: o?.signal ?? null }),

    migrations: (o?: RequestOptions) => get<T.MigrationList>('/migrations', {}, o),
    migration: (migrationId: string, o?: RequestOptions) =>
      tagged<T.Migration>(`/migrations/${id(migrationId)}`, { signal: o?.signal ?? null }),
    /** The rows that old and new don't have alike, last found first. */
    migrationDifferences: (migrationId: string, q?: T.DifferencesQuery, o?: RequestOptions) =>
      get<T.MigrationDifferences>(`/migrations/${id(migrationId)}/differences`, q, o),
    /** A repeated call with the same key starts nothing twice. */
    startMigration: (start: T.MigrationStart, idempotencyKey: string, o?: RequestOptions) =>
      tagged<T.Migration>('/migrations', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(start),
        signal: o?.signal ?? null,
      }),
    /** The ETag is that of the state which the command is meant for; `*` is any. */
    commandMigration: (
      migrationId: string,
      command: T.MigrationCommand,
      etag: string,
      finish?: T.FinishQuery,
      o?: RequestOptions,
    ) =>
      tagged<T.Migration>(`/migrations/${id(migrationId)}/${command}${queryString(finish)}`, {
        method: 'POST',
        headers: { 'if-match': etag },
        signal: o?.signal ?? null,
      }),
  }
}

import {
  type Activity,
  type ActivityClient,
  type ActivityError,
  type ActivityField,
  isAbort,
  type ListQuery,
  type StreamState,
  type Total,
  toActivityError,
} from '../client'
import { spanMs } from '../state/time'
import { RingBuffer } from './ring'
import type { Row } from './row'

/** A browser limits an element's height, and the heap has its budget: beyond, jump by time. */
export const maxRows = 100_000
const firstPage = 100
const nextPage = 500
const retryMs = 3000
/** Rows that wait while the list is paused; when there are more, resuming loads anew. */
const maxWaiting = 5000
/** The stream begins this much before now, so that nothing falls between list and stream. */
const overlap = '5s'
/** So long after its start a stream may bring what the overlap repeats. */
const overlapMs = 3000

export interface ListState {
  rows: readonly Row[]
  /** Grows with every change of `rows`, which pages are appended to in place. */
  version: number
  loading: 'first' | 'more' | undefined
  error: ActivityError | undefined
  hasMore: boolean
  searchedTo: string | undefined
  total: Total | undefined
  /** When the first page came. */
  asOf: number
  /** Rows of the live tail that wait for the list to be resumed. */
  waiting: number
  /** Rows that the server left out, because this page was too slow. */
  dropped: number
  stream: StreamState | undefined
}

interface ListOptions {
  client: ActivityClient
  query: ListQuery
  fields: ActivityField[]
  project: (activity: Activity) => Row
}

/**
 * The rows of one search: pages on demand at the end, and the live tail at the front.
 * It lives outside React and tells its subscriber at most once a frame.
 */
export class ActivityList {
  readonly #options: ListOptions
  readonly #listeners = new Set<() => void>()
  readonly #waiting = new RingBuffer<Row>(maxWaiting)
  #rows: Row[] = []
  /** Ids that stream and pages may both bring: of the first page, and of rows that came late. */
  #seen = new Set<string>()
  /** The time of the first page's last row. */
  #oldest = Number.NEGATIVE_INFINITY
  #overlapUntil = 0
  #state: ListState
  /** The query with fixed times: a span before now would move under the cursors. */
  #pinned: ListQuery
  #cursor: string | undefined
  #request: AbortController | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #frame: number | undefined
  #stopStream: (() => void) | undefined
  #paused = false

  constructor(options: ListOptions) {
    this.#options = options
    this.#pinned = options.query
    this.#state = {
      rows: this.#rows,
      version: 0,
      loading: 'first',
      error: undefined,
      hasMore: false,
      searchedTo: undefined,
      total: undefined,
      asOf: 0,
      waiting: 0,
      dropped: 0,
      stream: undefined,
    }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  getState = (): ListState => this.#state

  /** Loads the first page; rows that are there stay until it has come. */
  load() {
    this.#set({ loading: 'first' })
    const { client, fields } = this.#options
    const query = pin(this.#options.query)
    this.#pinned = query
    this.#run(
      (signal) =>
        client.activities({ ...query, fields, limit: firstPage, total: 'approx' }, { signal }),
      (page) => {
        this.#begin(page.items)
        this.#set({ total: page.total, asOf: Date.now(), waiting: 0 })
        return page
      },
      () => this.load(),
    )
  }

  /** Loads the next page, unless one is on its way or there is none. */
  more() {
    const { loading, hasMore } = this.#state
    if (loading || !hasMore || !this.#cursor || this.#rows.length >= maxRows) return
    this.#set({ loading: 'more', searchedTo: undefined })
    const { client, fields } = this.#options
    const query = this.#pinned
    const cursor = this.#cursor
    const limit = Math.min(nextPage, maxRows - this.#rows.length)
    this.#run(
      (signal) => client.activities({ ...query, fields, limit, cursor }, { signal }),
      (page) => {
        this.#append(page.items)
        return page
      },
      () => this.more(),
    )
  }

  /** Begins to follow what arrives. */
  startLive() {
    const { from: _from, to: _to, ...query } = this.#options.query
    this.#stopStream ??= this.#options.client.stream(
      { ...query, fields: this.#options.fields, since: overlap },
      {
        onActivities: (activities) => this.#take(activities),
        onDropped: (count) => this.#set({ dropped: this.#state.dropped + count }),
        onState: (stream, error) => {
          if (stream === 'live' && this.#overlapUntil === 0) {
            this.#overlapUntil = Date.now() + overlapMs
          }
          this.#set({ stream, ...(stream === 'live' ? { error: undefined } : error && { error }) })
        },
      },
    )
  }

  stopLive() {
    this.#stopStream?.()
    this.#stopStream = undefined
    this.#overlapUntil = 0
    this.#set({ stream: undefined })
  }

  /** While paused, what arrives waits. */
  setPaused(paused: boolean) {
    if (this.#paused === paused) return
    this.#paused = paused
    if (paused) return
    if (this.#waiting.overwritten > 0) this.load()
    else this.#schedule()
  }

  dispose() {
    this.#request?.abort()
    clearTimeout(this.#retry)
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    this.stopLive()
  }

  #run(
    ask: (signal: AbortSignal) => ReturnType<ActivityClient['activities']>,
    take: (page: Awaited<ReturnType<ActivityClient['activities']>>) => typeof page,
    again: () => void,
  ) {
    this.#request?.abort()
    clearTimeout(this.#retry)
    const request = new AbortController()
    this.#request = request
    ask(request.signal).then(
      (answer) => {
        if (request.signal.aborted) return
        const { page } = take(answer)
        this.#cursor = page.nextCursor
        this.#set({
          loading: undefined,
          error: undefined,
          hasMore: page.hasMore || page.searchedTo !== undefined,
          searchedTo: page.searchedTo,
          version: this.#state.version + 1,
        })
      },
      (cause: unknown) => {
        if (request.signal.aborted || isAbort(cause)) return
        const error = toActivityError(cause)
        this.#set({ loading: undefined, error })
        if (error.status === 0 || error.status === 503) this.#retry = setTimeout(again, retryMs)
      },
    )
  }

  /** Begins anew with a first page and with what the stream brought before or beside it. */
  #begin(activities: readonly Activity[]) {
    const page = activities.map(this.#options.project)
    const inPage = new Set(page.map((row) => row.id))
    this.#oldest = page.at(-1)?.time ?? Number.NEGATIVE_INFINITY
    const beside = this.#waiting
      .drain()
      .filter((row) => row.time >= this.#oldest && !inPage.has(row.id))
    this.#rows = [...beside, ...page].sort(newestFirst)
    this.#seen = inPage
  }

  #append(activities: readonly Activity[]) {
    for (const activity of activities) {
      if (!this.#seen.has(activity.id)) this.#rows.push(this.#options.project(activity))
    }
  }

  #take(activities: readonly Activity[]) {
    const inOverlap = this.#overlapUntil > Date.now()
    for (const activity of activities) {
      if (this.#seen.has(activity.id)) continue
      const row = this.#options.project(activity)
      if (row.time < this.#oldest) {
        // A later page brings it; had it only now become visible, it would come after the overlap.
        if (inOverlap && this.#state.hasMore) continue
        if (this.#seen.size < maxRows) this.#seen.add(row.id)
      }
      this.#waiting.push(row)
    }
    this.#schedule()
  }

  /** Hands over what waits, or its number, in the next frame. */
  #schedule() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined
      // Before the first page is there, the rows would be thrown away with it.
      if (this.#paused || this.#state.asOf === 0) {
        this.#set({ waiting: this.#waiting.size + this.#waiting.overwritten })
        return
      }
      if (this.#waiting.size === 0) return
      // A hidden page has no frames: what then came too much is loaded anew.
      if (this.#waiting.overwritten > 0) {
        this.load()
        return
      }
      const fresh = this.#waiting.drain().sort(newestFirst)
      this.#rows = [...fresh, ...this.#rows]
      if (this.#rows.length > maxRows) this.#rows.length = maxRows
      const { total, version } = this.#state
      this.#set({
        waiting: 0,
        version: version + 1,
        total: total && { ...total, value: total.value + fresh.length },
      })
    })
  }

  #set(change: Partial<ListState>) {
    this.#state = { ...this.#state, ...change, rows: this.#rows }
    for (const listener of this.#listeners) listener()
  }
}

function newestFirst(a: Row, b: Row): number {
  return b.time - a.time
}

function pin(query: ListQuery): ListQuery {
  const now = Date.now()
  const fixed = (text: string | undefined) => {
    const span = text === undefined ? undefined : spanMs(text)
    return span === undefined ? text : new Date(now - span).toISOString()
  }
  return { ...query, from: fixed(query.from), to: fixed(query.to) }
}

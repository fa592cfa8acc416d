import { AnswerCache, type CacheOptions } from './cache.js'
import { type ClientOptions, createActivityClient, type RequestOptions, tokenOf } from './client.js'
import { type ActivityFilters, toListQuery } from './filters.js'
import type { Activity, ActivityPage, ListQuery } from './types.js'

export interface ReaderOptions extends ClientOptions {
  cache?: CacheOptions
}

/** A page of activities, newest first unless asked otherwise. */
export interface Activities {
  activities: Activity[]
  /** How many there are on all pages; undefined with `total: 'none'`. */
  totalCount: number | undefined
  /** Whether it is so many exactly; else at least so many, or an estimate. */
  totalIsExact: boolean
  hasMore: boolean
  /** The `cursor` of the next page; undefined at the end. */
  nextCursor: string | undefined
  /** The `cursor`, with `dir: 'prev'`, of the page in front. */
  prevCursor: string | undefined
  /** Set when the search ran out of time at this instant: `nextCursor` goes on beyond it. */
  searchedTo: string | undefined
}

/** Reads the trail, and keeps answers for a while. */
export type ActivityReader = ReturnType<typeof createActivityReader>

/**
 * Makes a reader:
 *
 *     const trail = createActivityReader({ baseUrl: 'https://activity.example.com', token })
 *     const { activities, totalCount } = await trail.getActivities({ startDate: '1h', limit: 100 })
 *
 * An answer is kept for the token that it was given to: a token function that makes a new
 * one each time makes each request a new one.
 */
export function createActivityReader({ cache: cacheOptions, ...options }: ReaderOptions = {}) {
  const client = createActivityClient(options)
  const cache = new AnswerCache<ActivityPage>(cacheOptions)

  return {
    /** Everything else that the API answers, without a cache. */
    client,
    /** The answers of `getActivities`. */
    cache: cache as Pick<AnswerCache<ActivityPage>, 'size' | 'clear'>,

    /** Gets the activities that the filters leave; rejects with an ActivityError. */
    async getActivities(filters: ActivityFilters = {}, o?: RequestOptions): Promise<Activities> {
      const query: ListQuery = { ...toListQuery(filters), total: filters.total ?? 'exact' }
      const token = await tokenOf(options)
      const page = await cache.get(
        JSON.stringify([token, query]),
        // With the token of the key: the next one may be somebody else's.
        (signal) => createActivityClient({ ...options, token }).activities(query, { signal }),
        o?.signal,
      )
      return toActivities(page)
    },
  }
}

function toActivities({ items, page, total }: ActivityPage): Activities {
  return {
    // A copy, so that nobody sorts or cuts what others get.
    activities: [...items],
    totalCount: total?.value,
    totalIsExact: total?.relation === 'eq',
    hasMore: page.hasMore,
    nextCursor: page.nextCursor,
    prevCursor: page.prevCursor,
    searchedTo: page.searchedTo,
  }
}

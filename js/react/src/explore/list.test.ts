import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Activity, createActivityClient } from '../client'
import { ActivityList } from './list'
import { createProjector, fieldsFor } from './row'

const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 3, 0, second)).toISOString()
const activity = (second: number): Activity => ({ id: `i${second}`, occurredAt: at(second) })

type Page = {
  items: Activity[]
  page: { hasMore: boolean; nextCursor?: string; searchedTo?: string }
}

/** A server with these pages, and a stream that the test writes to. */
function serve(...pages: (Page | Error)[]) {
  let write: ReadableStreamDefaultController<Uint8Array> | undefined
  const asked: URL[] = []
  const client = createActivityClient({
    baseUrl: 'https://a.example',
    fetch: async (input) => {
      const url = new URL(String(input))
      asked.push(url)
      if (url.pathname.endsWith('/stream')) {
        return new Response(
          new ReadableStream<Uint8Array>({
            start: (controller) => {
              write = controller
            },
          }),
        )
      }
      const page = pages.shift()
      if (page instanceof Error || !page) throw page ?? new Error('one request too many')
      return Response.json(page)
    },
  })
  const list = new ActivityList({
    client,
    query: { from: '24h' },
    fields: fieldsFor([]),
    project: createProjector([]),
  })
  const push = (...items: Activity[]) =>
    write?.enqueue(
      new TextEncoder().encode(`event: activities\ndata: ${JSON.stringify(items)}\n\n`),
    )
  const ids = () => list.getState().rows.map((row) => row.id)
  return { list, push, ids, asked }
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame', 'Date'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(50)

it('goes on with the cursor, under the times of the first page', async () => {
  const { list, ids, asked } = serve(
    { items: [activity(9), activity(8)], page: { hasMore: true, nextCursor: 'c' } },
    { items: [activity(7)], page: { hasMore: false } },
  )
  list.load()
  await settle()
  list.more()
  list.more()
  await settle()
  expect(ids()).toEqual(['i9', 'i8', 'i7'])
  expect(list.getState()).toMatchObject({ hasMore: false, loading: undefined })
  expect(asked[1]?.searchParams.get('cursor')).toBe('c')
  expect(asked[1]?.searchParams.get('from')).toBe(asked[0]?.searchParams.get('from'))
  expect(asked[0]?.searchParams.get('from')).toMatch(/^\d{4}-/)
})

it('puts what arrives in front, once, whether the page or the stream was first', async () => {
  const { list, push, ids } = serve({
    items: [activity(9), activity(8)],
    page: { hasMore: true, nextCursor: 'c' },
  })
  list.startLive()
  await settle()
  push(activity(9), activity(10))
  await settle()
  expect(ids()).toEqual([])
  list.load()
  await settle()
  expect(ids()).toEqual(['i10', 'i9', 'i8'])
  push(activity(8), activity(11), activity(12))
  await settle()
  expect(ids()).toEqual(['i12', 'i11', 'i10', 'i9', 'i8'])
  list.dispose()
})

it('shows what comes late, and does not repeat it with a later page', async () => {
  const { list, push, ids } = serve(
    { items: [activity(9)], page: { hasMore: true, nextCursor: 'c' } },
    { items: [activity(5), activity(4)], page: { hasMore: false } },
  )
  list.load()
  list.startLive()
  await vi.advanceTimersByTimeAsync(5000)
  push(activity(5))
  await settle()
  expect(ids()).toEqual(['i5', 'i9'])
  list.more()
  await settle()
  expect(ids()).toEqual(['i5', 'i9', 'i4'])
  list.dispose()
})

it('holds back while paused', async () => {
  const { list, push, ids } = serve({ items: [activity(1)], page: { hasMore: false } })
  list.load()
  list.startLive()
  await settle()
  list.setPaused(true)
  push(activity(2), activity(3))
  await settle()
  expect(ids()).toEqual(['i1'])
  expect(list.getState().waiting).toBe(2)
  list.setPaused(false)
  await settle()
  expect(ids()).toEqual(['i3', 'i2', 'i1'])
  expect(list.getState().waiting).toBe(0)
  list.dispose()
})

it('keeps its rows while the server is away, and comes back by itself', async () => {
  const page = { items: [activity(1)], page: { hasMore: false } }
  const { list, ids } = serve(page, new TypeError('gone'), page)
  list.load()
  await settle()
  list.load()
  await settle()
  expect(list.getState().error?.status).toBe(0)
  expect(ids()).toEqual(['i1'])
  await vi.advanceTimersByTimeAsync(4000)
  expect(list.getState().error).toBeUndefined()
})

it('says how far a long search came', async () => {
  const { list } = serve({
    items: [],
    page: { hasMore: false, nextCursor: 'c', searchedTo: at(0) },
  })
  list.load()
  await settle()
  expect(list.getState()).toMatchObject({ hasMore: true, searchedTo: at(0) })
})

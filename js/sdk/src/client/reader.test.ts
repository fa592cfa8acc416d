// @vitest-environment node
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createActivityReader } from './index.js'

const page = {
  items: [{ id: '1', occurredAt: '2026-01-01T00:00:00Z', action: 'order.refund' }],
  page: { hasMore: true, nextCursor: 'n', prevCursor: 'p' },
  total: { value: 62, relation: 'eq' },
}

let requests: IncomingMessage[]
let answer: { status: number; body: unknown }
let server: ReturnType<typeof createServer>
let baseUrl: string

beforeEach(async () => {
  requests = []
  answer = { status: 200, body: page }
  server = createServer((request, response) => {
    requests.push(request)
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer.body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const asked = () => requests.map((r) => r.url)

describe('createActivityReader', () => {
  it('gives activities, their number and the way on', async () => {
    const trail = createActivityReader({ baseUrl })
    expect(await trail.getActivities()).toEqual({
      activities: page.items,
      totalCount: 62,
      totalIsExact: true,
      hasMore: true,
      nextCursor: 'n',
      prevCursor: 'p',
      searchedTo: undefined,
    })
    answer.body = { items: [], page: { hasMore: false }, total: { value: 1000, relation: 'gte' } }
    expect(await trail.getActivities({ cursor: 'n' })).toMatchObject({
      activities: [],
      totalCount: 1000,
      totalIsExact: false,
      nextCursor: undefined,
    })
    answer.body = { items: [], page: { hasMore: false } }
    expect(await trail.getActivities({ total: 'none' })).toMatchObject({
      totalCount: undefined,
      totalIsExact: false,
    })
  })

  it('names the filters as the API does', async () => {
    const trail = createActivityReader({ baseUrl })
    await trail.getActivities({
      startDate: new Date('2026-01-01T00:00:00Z'),
      endDate: '1h',
      projectId: 'acme',
      entityType: 'order',
      entityId: [4711, '4712'],
      userId: 'u-42',
      action: ['order.refund', '-order.view'],
      source: 'user',
      status: ['failure', '-pending'],
      severity: '-info',
      search: 'declined & more',
      limit: 100,
      cursor: 'c',
      dir: 'prev',
      fields: ['action', 'changes'],
      total: 'approx',
    })
    const query = new URL(asked()[0] ?? '', baseUrl).searchParams
    expect([...query].map(([name, value]) => `${name}=${value}`).sort()).toEqual([
      'action=-order.view',
      'action=order.refund',
      'actorId=u-42',
      'cursor=c',
      'dir=prev',
      'entityId=4711',
      'entityId=4712',
      'entityType=order',
      'fields=action,changes',
      'from=2026-01-01T00:00:00.000Z',
      'limit=100',
      'projectId=acme',
      'q=declined & more',
      'severity=-info',
      'source=user',
      'status=-pending',
      'status=failure',
      'to=1h',
      'total=approx',
    ])
  })

  it('asks once for the same, however it is written', async () => {
    const trail = createActivityReader({ baseUrl })
    const [one, two] = await Promise.all([
      trail.getActivities({ action: 'a', limit: 5 }),
      trail.getActivities({ limit: 5, action: 'a', search: undefined }),
    ])
    one.activities.length = 0
    expect(two.activities).toEqual(page.items)
    expect((await trail.getActivities({ limit: 5, action: 'a' })).activities).toEqual(page.items)
    expect(asked()).toEqual(['/api/v1/activities?action=a&limit=5&total=exact'])
    expect(trail.cache.size).toBe(1)
    trail.cache.clear()
    expect(trail.cache.size).toBe(0)
    await trail.getActivities({ action: 'a', limit: 5 })
    expect(requests).toHaveLength(2)
  })

  it('never gives an answer to another token, and asks with that of the key', async () => {
    let token = 'one'
    let reads = 0
    const trail = createActivityReader({
      baseUrl,
      token: () => {
        reads++
        return token
      },
    })
    await trail.getActivities()
    token = 'two'
    await trail.getActivities()
    token = 'one'
    await trail.getActivities()
    expect(requests.map((r) => r.headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
    expect(reads).toBe(3)
  })

  it('rejects with the problem, and asks again', async () => {
    const trail = createActivityReader({ baseUrl })
    answer = { status: 503, body: { type: 'x', title: 'Away', status: 503 } }
    await expect(trail.getActivities()).rejects.toMatchObject({
      name: 'ActivityError',
      status: 503,
    })
    answer = { status: 200, body: page }
    expect((await trail.getActivities()).totalCount).toBe(62)
    await expect(trail.getActivities({ startDate: new Date(Number.NaN) })).rejects.toThrow(
      RangeError,
    )
  })

  it('can be stopped', async () => {
    const trail = createActivityReader({ baseUrl })
    await expect(trail.getActivities({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(requests).toEqual([])
  })

  it('needs to know where the API is', () => {
    expect(() => createActivityReader()).toThrow('baseUrl is "."')
  })
})

import { expect, test } from 'vitest'
import { createActivityReader } from '../../sdk/src/client/index.js'
import { guardedToken, guardedURL, siteURL } from '../src/site'

test('reads the trail from Node.js', async () => {
  const trail = createActivityReader({ baseUrl: siteURL() })
  const refunds = { action: 'order.refund', status: ['success', 'failure'], limit: 2 } as const
  const first = await trail.getActivities(refunds)
  expect(first.activities).toHaveLength(2)
  expect(first.activities.map((a) => a.action)).toEqual(['order.refund', 'order.refund'])
  expect(first).toMatchObject({ totalIsExact: true, hasMore: true })
  expect(first.totalCount).toBeGreaterThan(2)

  const second = await trail.getActivities({ ...refunds, cursor: first.nextCursor })
  expect(second.totalCount).toBe(first.totalCount)
  expect(second.activities[0]?.id).not.toBe(first.activities[1]?.id)
  expect(trail.cache.size).toBe(2)

  const hourAgo = new Date(Date.now() - 3_600_000)
  const lastHour = await trail.getActivities({ startDate: hourAgo })
  expect(lastHour.activities.every((a) => new Date(a.occurredAt) >= hourAgo)).toBe(true)
  expect(lastHour.totalCount).toBeGreaterThanOrEqual(lastHour.activities.length)
})

test('shows its token', async () => {
  const none = createActivityReader({ baseUrl: guardedURL() })
  await expect(none.getActivities()).rejects.toMatchObject({ status: 401 })
  const trail = createActivityReader({ baseUrl: guardedURL(), token: guardedToken() })
  await expect(trail.getActivities({ limit: 1 })).resolves.toBeDefined()
})

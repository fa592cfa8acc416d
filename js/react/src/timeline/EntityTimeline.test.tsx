import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { createActivityClient } from '../client'
import { EntityTimeline } from './EntityTimeline'

afterEach(cleanup)

const items = [
  { id: 'b', occurredAt: '2026-11-25T00:30:00Z', action: 'order.refund', actorName: 'Alice' },
  {
    id: 'a',
    occurredAt: '2026-11-24T23:30:00Z',
    action: 'order.place',
    changes: { after: { total: 80 } },
  },
]

it('groups by day in the reader’s time zone, and opens an activity', async () => {
  const fetch = vi.fn(async (_: RequestInfo | URL) =>
    Response.json({ items, page: { hasMore: false } }),
  )
  const client = createActivityClient({ fetch })
  const onSelect = vi.fn()
  const props = { client, type: 'order', id: '47/11', locale: 'en-GB', onSelect }
  const { rerender } = render(<EntityTimeline {...props} timeZone="UTC" />)
  expect(await screen.findByRole('heading', { name: '25 Nov 2026' })).toBeTruthy()
  expect(screen.getByRole('heading', { name: '24 Nov 2026' })).toBeTruthy()
  expect(String(fetch.mock.calls[0]?.[0])).toContain('/entities/order/47%2F11/activities')

  rerender(<EntityTimeline {...props} timeZone="Europe/Zurich" />)
  expect(screen.queryByRole('heading', { name: '24 Nov 2026' })).toBeNull()

  fireEvent.click(screen.getByRole('button', { name: 'order.refund' }))
  expect(onSelect).toHaveBeenCalledWith(items[0])
})

it('says when nothing happened', async () => {
  const client = createActivityClient({
    fetch: async () => Response.json({ items: [], page: { hasMore: false } }),
  })
  render(<EntityTimeline client={client} type="order" id="1" />)
  expect(await screen.findByText('Nothing happened to it yet')).toBeTruthy()
})

import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { createActivityClient, type Rejected } from '../client'
import { RejectedList } from './RejectedList'

const rejected = (n: number): Rejected => ({
  rejectedAt: `2026-11-25T08:00:0${n}Z`,
  occurredAt: '2026-11-25T08:00:00Z',
  id: `0192f000-0000-7000-8000-00000000000${n}`,
  projectId: 'shop',
  action: `action.${n}`,
  sqlstate: '22P05',
  error: 'unsupported escape \u0007',
  payloadBytes: 1200,
})

afterEach(cleanup)

function show(pages: Record<string, Response>) {
  const client = createActivityClient({
    fetch: async (input) => {
      const cursor = new URL(String(input)).searchParams.get('cursor') ?? ''
      return pages[cursor]?.clone() ?? Response.error()
    },
  })
  render(<RejectedList client={client} timeZone="UTC" locale="en" />)
}

it('appends the next page to those that are shown', async () => {
  show({
    '': Response.json({ items: [rejected(2)], page: { hasMore: true, nextCursor: 'c' } }),
    c: Response.json({ items: [rejected(1)], page: { hasMore: false } }),
  })
  const first = await screen.findByRole('row', { name: /action\.2/ })
  expect(within(first).getByText('unsupported escape \\u0007')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Show older' }))
  expect(await screen.findByRole('row', { name: /action\.1/ })).toBeTruthy()
  expect(screen.getByRole('row', { name: /action\.2/ })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull()
})

it('keeps what it has when the next page fails, and tries again', async () => {
  const pages: Record<string, Response> = {
    '': Response.json({ items: [rejected(2)], page: { hasMore: true, nextCursor: 'c' } }),
    c: Response.json({ type: 'about:blank', title: 'Broken', status: 500 }, { status: 500 }),
  }
  show(pages)
  fireEvent.click(await screen.findByRole('button', { name: 'Show older' }))
  expect(await screen.findByRole('alert')).toBeTruthy()
  expect(screen.getByRole('row', { name: /action\.2/ })).toBeTruthy()
  pages.c = Response.json({ items: [rejected(1)], page: { hasMore: false } })
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('row', { name: /action\.1/ })).toBeTruthy()
})

it('explains an empty list', async () => {
  show({ '': Response.json({ items: [], page: { hasMore: false } }) })
  expect(await screen.findByText('Nothing was rejected')).toBeTruthy()
})

import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { createActivityClient } from '../client'
import { ActivityDetails, type ActivityDetailsProps } from './ActivityDetails'

const record = {
  id: '0192f000-0000-7000-8000-000000000001',
  occurredAt: '2026-11-25T08:00:00.123456Z',
  action: 'order.refund',
  status: 'failure',
  severity: 'critical',
  actorId: 'mallory\u202egnp.exe',
  entityType: 'order',
  entityId: '4711',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  details: '<img src=x onerror=alert(1)>',
  changes: { before: { total: 100 }, after: { total: 80, note: 'x' } },
  metadata: { items: [{ sku: 'A-1' }] },
  hash: 'ab'.repeat(32),
}

afterEach(cleanup)

function show(props: Partial<ActivityDetailsProps> = {}, status = 200) {
  const answer = (url: string) =>
    url.includes('/activities/') && !url.includes('/entities/')
      ? record
      : { items: [record], page: { hasMore: false } }
  const fetch = vi.fn(async (input: RequestInfo | URL) =>
    status === 200
      ? Response.json(answer(String(input)))
      : Response.json({ type: 'about:blank', title: 'Not found', status }, { status }),
  )
  const client = createActivityClient({ fetch })
  render(
    <ActivityDetails
      id={record.id}
      at={record.occurredAt}
      client={client}
      timeZone="UTC"
      locale="en"
      traceUrl="https://traces.example/{traceId}"
      {...props}
    />,
  )
  return fetch
}

it('asks for the record with its time, and shows every field inert', async () => {
  const fetch = show()
  expect(await screen.findByRole('heading', { name: 'order.refund' })).toBeTruthy()
  expect(String(fetch.mock.calls[0]?.[0])).toContain('at=2026-11-25T08%3A00%3A00.123456Z')
  expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy()
  expect(screen.getAllByText('mallory\\u202egnp.exe').length).toBeGreaterThan(0)
  expect(document.querySelector('img')).toBeNull()
})

it('shows what changed, with the difference of numbers', async () => {
  show()
  fireEvent.click(await screen.findByRole('tab', { name: /Changes/ }))
  const row = screen.getByRole('row', { name: /total/ })
  expect(within(row).getByText('-20 (-20%)')).toBeTruthy()
  expect(screen.getByRole('row', { name: /note added/ })).toBeTruthy()
})

it('links to the trace, and to nothing for an id that is none', async () => {
  show()
  const link = await screen.findByRole('link', { name: 'Open trace' })
  expect(link.getAttribute('href')).toBe(`https://traces.example/${record.traceId}`)
  cleanup()
  const known = { ...record, status: 'failure' as const, severity: 'critical' as const }
  show({ activity: { ...known, traceId: '../../evil' } }, 404)
  expect(screen.queryByRole('link', { name: 'Open trace' })).toBeNull()
})

it('offers what is related, and opens it in Explore', async () => {
  const onFilter = vi.fn()
  show({ onFilter })
  fireEvent.click(await screen.findByRole('tab', { name: 'Related' }))
  const entity = (await screen.findByRole('heading', { name: 'This entity' })).closest('section')
  if (!entity) throw new Error('no section')
  fireEvent.click(within(entity).getByRole('button', { name: 'Open in Explore' }))
  expect(onFilter).toHaveBeenCalledWith(
    { entityType: ['order'], entityId: ['4711'] },
    expect.objectContaining({ from: '2026-10-26T08:00:00.123Z' }),
  )
})

it('says what went wrong, and closes', async () => {
  const onClose = vi.fn()
  show({ onClose }, 404)
  expect(await screen.findByRole('alert')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Close details' }))
  expect(onClose).toHaveBeenCalled()
})

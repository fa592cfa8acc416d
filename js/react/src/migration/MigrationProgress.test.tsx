import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { createActivityClient, type Migration } from '../client'
import { MigrationProgress } from './MigrationProgress'

const running: Migration = {
  id: 'm1',
  name: 'audit to activity',
  phase: 'backfilling',
  paused: false,
  progress: 64,
  errors: [],
  tables: [{ table: 'public.orders', rowsDone: 64, rowsTotal: 100, mismatches: 0, errors: [] }],
}

afterEach(cleanup)

function show(migrations: Migration[], commandStatus = 200) {
  const fetch = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    if (init?.method === 'POST' && commandStatus !== 200) {
      const problem = { type: 'about:blank', title: 'Changed', status: commandStatus }
      return Response.json(problem, { status: commandStatus })
    }
    const list = String(input).endsWith('/migrations')
    return Response.json(list ? { items: migrations } : migrations[0], {
      headers: { etag: '"7"' },
    })
  })
  const client = createActivityClient({ fetch })
  render(<MigrationProgress client={client} refreshInterval={0} />)
  return () => fetch.mock.calls.filter(([, init]) => init?.method === 'POST')
}

it('explains itself where there is no migration', async () => {
  show([])
  expect(await screen.findByText('No migration is running')).toBeTruthy()
})

it('keeps the cutover locked until the verification shows no mismatch', async () => {
  show([running])
  const cutover = await screen.findByRole('button', { name: 'Cut over' })
  expect(cutover.hasAttribute('disabled')).toBe(true)
  cleanup()
  const commands = show([{ ...running, phase: 'verified' }])
  fireEvent.click(await screen.findByRole('button', { name: 'Cut over' }))
  await waitFor(() => expect(commands()).toHaveLength(1))
})

it('sends the ETag of what is shown', async () => {
  const commands = show([running])
  fireEvent.click(await screen.findByRole('button', { name: 'Pause' }))
  await waitFor(() => expect(commands()).toHaveLength(1))
  const [url, init] = commands()[0] ?? []
  expect(String(url)).toContain('/migrations/m1/pause')
  expect(new Headers(init?.headers).get('if-match')).toBe('"7"')
})

it('aborts only for who types the name', async () => {
  const commands = show([running])
  fireEvent.click(await screen.findByRole('button', { name: 'Abort…' }))
  const input = screen.getByRole('textbox')
  const abort = screen.getByRole('button', { name: 'Abort' })
  fireEvent.change(input, { target: { value: 'audit' } })
  expect(abort.hasAttribute('disabled')).toBe(true)
  fireEvent.change(input, { target: { value: 'audit to activity' } })
  fireEvent.click(abort)
  await waitFor(() => expect(commands()).toHaveLength(1))
})

it('says when the migration has moved on', async () => {
  show([running], 412)
  fireEvent.click(await screen.findByRole('button', { name: 'Pause' }))
  expect(await screen.findByText(/moved on meanwhile/)).toBeTruthy()
})

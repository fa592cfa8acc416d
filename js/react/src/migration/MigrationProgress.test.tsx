import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { createActivityClient, type Migration, type MigrationDifference } from '../client'
import { MigrationProgress } from './MigrationProgress'
import { migration as running, source, table } from './migration.testing'

afterEach(cleanup)

interface Answers {
  commandStatus?: number
  differences?: MigrationDifference[]
}

function show(migrations: Migration[], { commandStatus = 200, differences = [] }: Answers = {}) {
  const fetch = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = String(input)
    if (init?.method === 'POST' && commandStatus !== 200) {
      const problem = {
        type: 'about:blank',
        title: 'No',
        detail: 'It can’t.',
        status: commandStatus,
      }
      return Response.json(problem, { status: commandStatus })
    }
    if (url.includes('/differences')) return Response.json({ items: differences, hasMore: true })
    const list = url.endsWith('/migrations')
    return Response.json(list ? { items: migrations } : migrations[0], {
      headers: { etag: '"7"' },
    })
  })
  const client = createActivityClient({ fetch })
  render(<MigrationProgress client={client} refreshInterval={0} locale="en" timeZone="UTC" />)
  return () => fetch.mock.calls.filter(([, init]) => init?.method === 'POST')
}

const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }))

it('explains itself where there is no migration', async () => {
  show([])
  expect(await screen.findByText('No migration is running')).toBeTruthy()
})

it('keeps the cut-over locked until the server opens it', async () => {
  show([running])
  const cutover = await screen.findByRole('button', { name: 'Cut over' })
  expect(cutover.hasAttribute('disabled')).toBe(true)
  expect(cutover.getAttribute('aria-describedby')).toBeTruthy()
  expect(screen.getByText(running.cutover.reason ?? '')).toBeTruthy()
  cleanup()
  const commands = show([{ ...running, phase: 'shadowing', cutover: { open: true } }])
  await press('Cut over')
  await waitFor(() => expect(commands()).toHaveLength(1))
})

it('tells audit tables from audited ones, and who records these', async () => {
  const tables = [table, { ...table, table: 'public.users', recorder: 'log' as const, lockMs: 2.5 }]
  show([{ ...running, tables, note: 'Handing over public.users.', wanted: 'cutover' }])
  const old = await screen.findByRole('region', { name: /^Audit tables/ })
  expect(within(old).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('64')
  const row = screen.getByRole('row', { name: /public\.users/ })
  expect(row.textContent).toContain('the log')
  expect(row.textContent).toContain('2.5 ms')
  expect(old.textContent).toContain('81.9 kB')
  expect(screen.getByRole('status').textContent).toBe('Cutting over. Handing over public.users.')
})

it('tries a table again that has errors or differs', async () => {
  const commands = show([{ ...running, sources: [{ ...source, errors: ['no right'] }] }])
  expect(screen.queryByRole('button', { name: 'Retry public.orders' })).toBeNull()
  await press('Retry audit.record_version')
  await waitFor(() => expect(commands()).toHaveLength(1))
  expect(String(commands()[0]?.[0])).toContain('/migrations/m1/resume')
})

it('names the rows that differ', async () => {
  const tables = [{ ...table, mismatches: 1 }]
  const item: MigrationDifference = {
    kind: 'missing_audit_row',
    foundBy: 'parity',
    foundAt: '2026-11-25T08:00:00Z',
    source: 'audit.record_version',
    table: 'public.orders',
    lsn: '16/B374D848',
    detail: 'an update of 5',
  }
  show([{ ...running, tables }], { differences: [item] })
  expect(await screen.findByText('an update of 5')).toBeTruthy()
  expect(screen.getByText('only in the new trail')).toBeTruthy()
  expect(screen.getByText(/lists all/)).toBeTruthy()
})

it('asks before it rolls back', async () => {
  const commands = show([{ ...running, phase: 'verified' }])
  await press('Roll back…')
  expect(commands()).toHaveLength(0)
  await press('Roll back')
  await waitFor(() => expect(commands()).toHaveLength(1))
  expect(screen.queryByRole('button', { name: 'Cut over' })).toBeNull()
})

it('finishes after some days, with the audit tables when that is wanted', async () => {
  const commands = show([{ ...running, phase: 'verified' }])
  await press('Finish…')
  const finish = screen.getByRole('button', { name: 'Finish' })
  const days = screen.getByRole('spinbutton', { name: 'Drop the triggers after' })
  fireEvent.change(days, { target: { value: '-1' } })
  expect(finish.hasAttribute('disabled')).toBe(true)
  fireEvent.change(days, { target: { value: '14' } })
  fireEvent.click(screen.getByRole('checkbox'))
  fireEvent.click(finish)
  await waitFor(() => expect(commands()).toHaveLength(1))
  expect(String(commands()[0]?.[0])).toContain('/finish?dropAfterDays=14&dropTables=true')
})

it('shows no commands when it has ended', async () => {
  show([{ ...running, phase: 'aborted', success: false }])
  await screen.findByRole('heading', { name: 'audit to activity' })
  expect(screen.queryAllByRole('button')).toHaveLength(0)
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
  show([running], { commandStatus: 412 })
  fireEvent.click(await screen.findByRole('button', { name: 'Pause' }))
  expect(await screen.findByText(/moved on meanwhile/)).toBeTruthy()
})

it('says why a command was refused', async () => {
  show([running], { commandStatus: 409 })
  await press('Pause')
  expect((await screen.findByRole('alert')).textContent).toContain('It can’t.')
})

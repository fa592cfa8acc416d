import { describe, expect, it, vi } from 'vitest'
import {
  abortActivityMigration,
  createActivityClient,
  getMigrationStatus,
  type Migration,
  type MigrationStatus,
  startActivityMigration,
} from './index.js'

const running: Migration = {
  id: 'm1',
  name: 'off triggers',
  phase: 'backfilling',
  paused: false,
  progress: 40,
  errors: ['no slot'],
  cutover: { open: false, reason: 'Locked.' },
  compared: 0,
  sources: [
    {
      name: 'audit.log',
      phase: 'backfilling',
      rowsDone: 4,
      written: 4,
      skipped: 0,
      bytes: 1,
      differences: 2,
      errors: ['row 7 makes no activity'],
    },
  ],
  tables: [
    {
      table: 'public.orders',
      source: 'audit.log',
      recorder: 'triggers',
      compared: 9,
      mismatches: 1,
      attempts: 0,
      errors: [],
    },
  ],
  startedAt: '2026-11-25T08:00:00Z',
  updatedAt: '2026-11-25T08:00:00Z',
}
const complete: Migration = { ...running, phase: 'complete', progress: 100, success: true }
const open: Migration = { ...running, phase: 'shadowing', cutover: { open: true } }

function answering(...answers: unknown[]) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    const next = answers.shift()
    if (next instanceof Error) throw next
    if (next instanceof Response) return next
    return Response.json(next, { headers: { etag: '"7"' } })
  })
  return { fetch, client: createActivityClient({ baseUrl: 'https://a.example', fetch }) }
}

describe('getMigrationStatus', () => {
  it('is that of the newest, with the errors of its tables', async () => {
    const { client } = answering({ items: [running, complete] })
    expect(await getMigrationStatus(client)).toMatchObject({
      phase: 'backfilling',
      progress: 40,
      errors: ['no slot', 'audit.log: row 7 makes no activity'],
      success: undefined,
      differences: 3,
    })
  })

  it('is one while there is no migration, too', async () => {
    const { client } = answering({ items: [] })
    expect(await getMigrationStatus(client)).toMatchObject({
      phase: 'not_started',
      progress: 0,
      errors: [],
    })
  })
})

describe('startActivityMigration', () => {
  it('is true when it is complete, and survives a server that is away', async () => {
    const { client, fetch } = answering(
      running,
      running,
      new TypeError('fetch failed'),
      Response.json({ title: 'x', status: 503 }, { status: 503 }),
      complete,
    )
    const seen: MigrationStatus['phase'][] = []
    const start = { name: 'off triggers' }
    const done = await startActivityMigration(client, start, {
      interval: 1,
      onProgress: ({ phase }) => seen.push(phase),
    })
    expect(done).toBe(true)
    expect(seen).toEqual(['backfilling', 'complete'])
    const [url, init] = fetch.mock.calls[0] ?? []
    expect(url).toBe('https://a.example/api/v1/migrations')
    expect(init?.headers).toMatchObject({ 'idempotency-key': 'activity-client/off triggers' })
  })

  it('is false when it was aborted', async () => {
    const { client } = answering({ ...running, phase: 'aborted', success: false })
    expect(await startActivityMigration(client, { name: 'x' })).toBe(false)
  })

  it('waits for the cut-over alone when it is asked to', async () => {
    const { client } = answering(running, open)
    const options = { until: 'cutover', interval: 1 } as const
    expect(await startActivityMigration(client, { name: 'x' }, options)).toBe(true)
  })

  it('stops waiting when the signal aborts, and for a refusal', async () => {
    const stop = new AbortController()
    const { client, fetch } = answering(running)
    const waiting = startActivityMigration(client, { name: 'x' }, { signal: stop.signal })
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledOnce())
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })

    const conflict = Response.json({ title: 'Conflict', status: 409 }, { status: 409 })
    const refused = startActivityMigration(answering(conflict).client, { name: 'x' })
    await expect(refused).rejects.toMatchObject({ status: 409 })
  })
})

describe('abortActivityMigration', () => {
  it('aborts the newest that runs', async () => {
    const { client, fetch } = answering({ items: [complete, running] }, running)
    expect((await abortActivityMigration(client))?.id).toBe('m1')
    const [url, init] = fetch.mock.calls[1] ?? []
    expect(url).toBe('https://a.example/api/v1/migrations/m1/abort')
    expect(init).toMatchObject({ method: 'POST', headers: { 'if-match': '*' } })
  })

  it('does nothing when none runs', async () => {
    const { client } = answering({ items: [complete] })
    expect(await abortActivityMigration(client)).toBeUndefined()
  })
})

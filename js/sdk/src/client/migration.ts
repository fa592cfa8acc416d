import type { ActivityClient, RequestOptions } from './client.js'
import { ActivityError } from './problem.js'
import type { Migration, MigrationPhase, MigrationStart } from './types.js'

/** How far a migration off audit triggers is. */
export interface MigrationStatus {
  /** Empty while there is none. */
  id: string
  phase: MigrationPhase | 'not_started'
  /** 0 to 100. */
  progress: number
  /** What is wrong with it or with one of its tables. */
  errors: string[]
  /** Undefined while it runs; false when it was aborted. */
  success: boolean | undefined
  paused: boolean
  /** What it is doing or waiting for. */
  note: string | undefined
  /** Rows that old and new don't have alike. */
  differences: number
  /** Whether the tables can be handed over now; if not, why. */
  cutover: { open: boolean; reason?: string }
}

export interface StartOptions extends RequestOptions {
  /** Names this start, so that a repeated one starts nothing. Default: made of the name. */
  idempotencyKey?: string
  /** What is waited for: its end, or that the tables can be handed over. Default: its end. */
  until?: 'end' | 'cutover'
  /** Called with each status that differs from the one before. */
  onProgress?: (status: MigrationStatus) => void
  /** Ask again so often, in milliseconds. Default: 5 s. */
  interval?: number
}

/** The status of a migration; without an id, that of the newest. */
export async function getMigrationStatus(
  client: ActivityClient,
  id?: string,
  o?: RequestOptions,
): Promise<MigrationStatus> {
  if (id !== undefined) return statusOf((await client.migration(id, o)).data)
  const [newest] = (await client.migrations(o)).items
  return newest ? statusOf(newest) : notStarted
}

/**
 * Starts a migration, or finds the one that was started with the same key, and waits for
 * it: true when it is complete, false when it was aborted. A person hands the tables over
 * in between, on the page or with `activityctl migration cutover`.
 *
 * When the signal aborts, nobody waits any more; the migration goes on.
 */
export async function startActivityMigration(
  client: ActivityClient,
  start: MigrationStart,
  { idempotencyKey, until = 'end', onProgress, interval = 5000, signal }: StartOptions = {},
): Promise<boolean> {
  const key = idempotencyKey ?? `activity-client/${start.name}`
  const started = await client.startMigration(start, key, signal ? { signal } : {})
  let status = statusOf(started.data)
  for (let said = ''; ; ) {
    const now = JSON.stringify(status)
    if (now !== said) onProgress?.(status)
    said = now
    if (status.success !== undefined) return status.success
    if (until === 'cutover' && status.cutover.open) return true
    await pause(interval, signal)
    status = (await stillThere(client, status.id, signal)) ?? status
  }
}

/** Aborts a migration; without an id, the newest that runs. Undefined when none does. */
export async function abortActivityMigration(
  client: ActivityClient,
  id?: string,
  o?: RequestOptions,
): Promise<MigrationStatus | undefined> {
  const chosen = id ?? (await client.migrations(o)).items.find((m) => m.success === undefined)?.id
  if (chosen === undefined) return undefined
  return statusOf((await client.commandMigration(chosen, 'abort', '*', {}, o)).data)
}

const notStarted: MigrationStatus = {
  id: '',
  phase: 'not_started',
  progress: 0,
  errors: [],
  success: undefined,
  paused: false,
  note: undefined,
  differences: 0,
  cutover: { open: false, reason: 'There is no migration yet.' },
}

function statusOf(m: Migration): MigrationStatus {
  const named = (name: string, errors: string[]) => errors.map((error) => `${name}: ${error}`)
  return {
    id: m.id,
    phase: m.phase,
    progress: m.progress,
    errors: [
      ...m.errors,
      ...m.sources.flatMap((s) => named(s.name, s.errors)),
      ...m.tables.flatMap((t) => named(t.table, t.errors)),
    ],
    success: m.success,
    paused: m.paused,
    note: m.note,
    differences:
      m.sources.reduce((sum, s) => sum + s.differences, 0) +
      m.tables.reduce((sum, t) => sum + t.mismatches, 0),
    cutover: m.cutover,
  }
}

/** The status, or undefined while the server can't be reached. */
async function stillThere(
  client: ActivityClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<MigrationStatus | undefined> {
  try {
    return await getMigrationStatus(client, id, signal ? { signal } : {})
  } catch (error) {
    if (error instanceof ActivityError && (error.status === 0 || error.status >= 502)) {
      return undefined
    }
    throw error
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new DOMException('Nobody waits for the migration any more.', 'AbortError'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

import type { Migration, MigrationSource, MigrationTable } from '../client'

export const source: MigrationSource = {
  name: 'audit.record_version',
  shape: 'supa_audit',
  phase: 'backfilling',
  rowsDone: 64,
  rowsTotal: 100,
  rowsPerSecond: 12,
  secondsLeft: 3,
  written: 64,
  skipped: 0,
  bytes: 81920,
  differences: 0,
  errors: [],
}

export const table: MigrationTable = {
  table: 'public.orders',
  source: 'audit.record_version',
  recorder: 'triggers',
  compared: 40,
  mismatches: 0,
  attempts: 0,
  errors: [],
}

/** A migration that copies its one audit table. */
export const migration: Migration = {
  id: 'm1',
  name: 'audit to activity',
  database: '7/shop',
  phase: 'backfilling',
  paused: false,
  progress: 52,
  errors: [],
  cutover: { open: false, reason: 'Locked until triggers and log run side by side.' },
  compared: 0,
  sources: [source],
  tables: [table],
  startedAt: '2026-11-25T08:00:00Z',
  updatedAt: '2026-11-25T08:00:00Z',
}

/** The part of a migration, as the API gives it, that the page decides on. */
export interface MigrationState {
  readonly name: string
  readonly phase: string
  readonly paused: boolean
  readonly errors: readonly string[]
  readonly tables: readonly {
    readonly phase?: string | undefined
    readonly mismatches: number
    readonly errors: readonly string[]
    readonly rowsDone: number
    readonly rowsTotal?: number | undefined
  }[]
}

export const phases = [
  'discovered',
  'prepared',
  'backfilling',
  'shadowing',
  'fenced',
  'sweeping',
  'verified',
  'complete',
] as const

export type StepState = 'done' | 'current' | 'ahead' | 'stopped'

export interface Step {
  readonly phase: (typeof phases)[number]
  readonly state: StepState
}

/** The stepper. An aborted migration has no current step: how far it came is seen from its tables. */
export function steps(migration: MigrationState): readonly Step[] {
  const reached = phases.indexOf(migration.phase as (typeof phases)[number])
  return phases.map((phase, index) => ({
    phase,
    state:
      migration.phase === 'aborted'
        ? 'stopped'
        : index < reached || migration.phase === 'complete'
          ? 'done'
          : index === reached
            ? 'current'
            : 'ahead',
  }))
}

export function hasEnded(migration: MigrationState): boolean {
  return migration.phase === 'complete' || migration.phase === 'aborted'
}

export interface Gate {
  readonly open: boolean
  /** Why it is closed, as a sentence for the reader. */
  readonly reason?: string
}

/** Cutting over drops the triggers: it opens only when a verification found every table equal. */
export function cutoverGate(migration: MigrationState): Gate {
  if (migration.phase === 'complete') return closed('The migration is complete.')
  if (migration.phase === 'aborted') return closed('The migration was aborted.')
  if (migration.phase !== 'verified') return closed('Locked until the verification has run.')
  const mismatches = migration.tables.reduce((sum, table) => sum + table.mismatches, 0)
  if (mismatches > 0) {
    const rows = mismatches === 1 ? '1 row differs' : `${mismatches} rows differ`
    return closed(`Locked: ${rows}. Every table has to show 0 mismatches.`)
  }
  const failing = migration.tables.filter((table) => table.errors.length > 0).length
  if (failing > 0 || migration.errors.length > 0) return closed('Locked while there are errors.')
  if (migration.tables.length === 0) return closed('Locked: no table was verified.')
  return { open: true }
}

function closed(reason: string): Gate {
  return { open: false, reason }
}

/** Whether what was typed is the name of the migration; case and inner spaces count. */
export function confirms(migration: MigrationState, typed: string): boolean {
  return typed.trim() === migration.name
}

/** The share of a table that is done, 0 to 1; undefined while its size is not known. */
export function tableProgress(table: {
  readonly rowsDone: number
  readonly rowsTotal?: number | undefined
}): number | undefined {
  if (table.rowsTotal === undefined) return undefined
  return table.rowsTotal === 0 ? 1 : Math.min(1, table.rowsDone / table.rowsTotal)
}

import type { Migration, MigrationSource } from '../client'

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
export function steps({ phase }: Pick<Migration, 'phase'>): readonly Step[] {
  const reached = (phases as readonly string[]).indexOf(phase)
  const stateOf = (index: number): StepState => {
    if (phase === 'aborted') return 'stopped'
    if (index < reached || phase === 'complete') return 'done'
    return index === reached ? 'current' : 'ahead'
  }
  return phases.map((known, index) => ({ phase: known, state: stateOf(index) }))
}

export function hasEnded({ phase }: Pick<Migration, 'phase'>): boolean {
  return phase === 'complete' || phase === 'aborted'
}

/** What a person may want now. Whether it can be is the server's to say. */
export function offers(migration: Pick<Migration, 'phase' | 'tables'>): {
  cutover: boolean
  rollback: boolean
  finish: boolean
} {
  const { phase, tables } = migration
  const handedOver = phase === 'fenced' || phase === 'sweeping' || phase === 'verified'
  return {
    cutover: !handedOver,
    rollback: handedOver || tables.some((table) => table.recorder === 'log'),
    finish: phase === 'verified',
  }
}

/** How many rows old and new don't have alike. */
export function differing({ sources, tables }: Pick<Migration, 'sources' | 'tables'>): number {
  return (
    sources.reduce((sum, source) => sum + source.differences, 0) +
    tables.reduce((sum, table) => sum + table.mismatches, 0)
  )
}

/** Whether what was typed is the name of the migration; case and inner spaces count. */
export function confirms({ name }: Pick<Migration, 'name'>, typed: string): boolean {
  return typed.trim() === name
}

/** The share of an audit table that is done, 0 to 1; undefined while its size is not known. */
export function sourceProgress({
  rowsDone,
  rowsTotal,
}: Pick<MigrationSource, 'rowsDone' | 'rowsTotal'>): number | undefined {
  if (rowsTotal === undefined) return undefined
  return rowsTotal === 0 ? 1 : Math.min(1, rowsDone / rowsTotal)
}

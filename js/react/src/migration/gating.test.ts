import { describe, expect, it } from 'vitest'
import {
  confirms,
  cutoverGate,
  hasEnded,
  type MigrationState,
  steps,
  tableProgress,
} from './gating'

const verified: MigrationState = {
  name: 'audit to activity',
  phase: 'verified',
  paused: false,
  errors: [],
  tables: [{ mismatches: 0, errors: [], rowsDone: 10, rowsTotal: 10 }],
}

describe('cutoverGate', () => {
  it('opens when the verification shows 0 mismatches', () => {
    expect(cutoverGate(verified)).toEqual({ open: true })
  })

  it.each(['discovered', 'prepared', 'backfilling', 'shadowing', 'fenced', 'sweeping'])(
    'stays closed while %s',
    (phase) => {
      expect(cutoverGate({ ...verified, phase }).open).toBe(false)
    },
  )

  it('stays closed with a single mismatch', () => {
    const tables = [{ mismatches: 1, errors: [], rowsDone: 10, rowsTotal: 10 }]
    expect(cutoverGate({ ...verified, tables }).reason).toContain('1 row differs')
  })

  it('stays closed with errors, without tables and at the end', () => {
    expect(cutoverGate({ ...verified, errors: ['x'] }).open).toBe(false)
    expect(cutoverGate({ ...verified, tables: [] }).open).toBe(false)
    expect(cutoverGate({ ...verified, phase: 'complete' }).open).toBe(false)
    expect(cutoverGate({ ...verified, phase: 'aborted' }).open).toBe(false)
  })
})

describe('steps', () => {
  it('marks what is done, current and ahead', () => {
    const states = steps({ ...verified, phase: 'backfilling' }).map((step) => step.state)
    expect(states.slice(0, 4)).toEqual(['done', 'done', 'current', 'ahead'])
  })

  it('is all done when complete, all stopped when aborted', () => {
    const of = (phase: string): Set<string> =>
      new Set(steps({ ...verified, phase }).map((step) => step.state))
    expect(of('complete')).toEqual(new Set(['done']))
    expect(of('aborted')).toEqual(new Set(['stopped']))
  })
})

it('takes only the exact name as a confirmation', () => {
  expect(confirms(verified, ' audit to activity ')).toBe(true)
  expect(confirms(verified, 'Audit to activity')).toBe(false)
  expect(confirms(verified, '')).toBe(false)
})

it('knows the end and the progress', () => {
  expect(hasEnded(verified)).toBe(false)
  expect(hasEnded({ ...verified, phase: 'aborted' })).toBe(true)
  expect(tableProgress({ rowsDone: 1, rowsTotal: 4 })).toBe(0.25)
  expect(tableProgress({ rowsDone: 1 })).toBeUndefined()
  expect(tableProgress({ rowsDone: 0, rowsTotal: 0 })).toBe(1)
  expect(tableProgress({ rowsDone: 5, rowsTotal: 4 })).toBe(1)
})

import { describe, expect, it } from 'vitest'
import type { Migration } from '../client'
import { confirms, differing, hasEnded, offers, sourceProgress, steps } from './gating'
import { migration, source, table } from './migration.testing'

type Phase = Migration['phase']

describe('steps', () => {
  it('marks what is done, current and ahead', () => {
    const states = steps({ phase: 'backfilling' }).map((step) => step.state)
    expect(states.slice(0, 4)).toEqual(['done', 'done', 'current', 'ahead'])
  })

  it('is all done when complete, all stopped when aborted', () => {
    const of = (phase: Phase): Set<string> => new Set(steps({ phase }).map((step) => step.state))
    expect(of('complete')).toEqual(new Set(['done']))
    expect(of('aborted')).toEqual(new Set(['stopped']))
  })
})

describe('offers', () => {
  it('is the cut-over until tables are handed over, then the way back and the end', () => {
    const at = (phase: Phase) => offers({ phase, tables: [table] })
    expect(at('backfilling')).toEqual({ cutover: true, rollback: false, finish: false })
    expect(at('fenced')).toEqual({ cutover: false, rollback: true, finish: false })
    expect(at('verified')).toEqual({ cutover: false, rollback: true, finish: true })
  })

  it('has the way back for a single table that was handed over', () => {
    const tables = [table, { ...table, recorder: 'log' as const }]
    expect(offers({ phase: 'shadowing', tables }).rollback).toBe(true)
  })
})

it('counts what differs on both sides', () => {
  const sources = [{ ...source, differences: 2 }]
  expect(differing({ ...migration, sources, tables: [{ ...table, mismatches: 1 }] })).toBe(3)
})

it('takes only the exact name as a confirmation', () => {
  expect(confirms(migration, ' audit to activity ')).toBe(true)
  expect(confirms(migration, 'Audit to activity')).toBe(false)
  expect(confirms(migration, '')).toBe(false)
})

it('knows the end and the progress', () => {
  expect(hasEnded({ phase: 'verified' })).toBe(false)
  expect(hasEnded({ phase: 'aborted' })).toBe(true)
  expect(sourceProgress({ rowsDone: 1, rowsTotal: 4 })).toBe(0.25)
  expect(sourceProgress({ rowsDone: 1 })).toBeUndefined()
  expect(sourceProgress({ rowsDone: 0, rowsTotal: 0 })).toBe(1)
  expect(sourceProgress({ rowsDone: 5, rowsTotal: 4 })).toBe(1)
})

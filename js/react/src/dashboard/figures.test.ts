import { describe, expect, it } from 'vitest'
import { change, failureRate, fillDays, pointChange } from './figures'

describe('change', () => {
  it('compares with the period before', () => {
    expect(change(120, 100)).toEqual({ trend: 'up', share: 0.2 })
    expect(change(50, 100)).toEqual({ trend: 'down', share: -0.5 })
    expect(change(7, 7)).toEqual({ trend: 'flat', share: 0 })
  })

  it('has no percentage from nothing', () => {
    expect(change(5, 0)).toEqual({ trend: 'new' })
    expect(change(0, 0)).toEqual({ trend: 'none' })
  })
})

describe('rates', () => {
  it('is unknown without activities', () => {
    expect(failureRate({ total: 0, failures: 0 })).toBeUndefined()
    expect(failureRate({ total: 200, failures: 5 })).toBe(0.025)
    expect(pointChange(0.03, undefined)).toBeUndefined()
    expect(pointChange(0.03, 0.01)).toBeCloseTo(2)
  })
})

describe('fillDays', () => {
  const empty = (day: string): { day: string; total: number } => ({ day, total: 0 })

  it('adds the days without any', () => {
    const days = [{ day: '2026-11-02', total: 4 }]
    const filled = fillDays(days, '2026-11-01T12:00:00Z', '2026-11-03T12:00:00Z', empty)
    expect(filled).toEqual([
      { day: '2026-11-01', total: 0 },
      { day: '2026-11-02', total: 4 },
      { day: '2026-11-03', total: 0 },
    ])
  })

  it("leaves a window alone that can't be filled", () => {
    const days = [{ day: '2026-11-02', total: 4 }]
    expect(fillDays(days, '', '', empty)).toBe(days)
  })

  it('does not add a day that begins at the end', () => {
    expect(fillDays([], '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', empty)).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import { actionRows, bucketRows, dayRows, sourceRows } from './rows'

describe('rows of the charts', () => {
  it('has a row for each day, with the instants that it covers', () => {
    const rows = dayRows({
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-03T00:00:00Z',
      daily: [{ day: '2026-11-02', total: 3, failures: 1, bySeverity: { info: 2, critical: 1 } }],
    })
    expect(rows.map((row) => row.total)).toEqual([0, 3])
    expect(rows[1]?.from).toBe('2026-11-02T00:00:00.000Z')
    expect(rows[1]?.to).toBe('2026-11-03T00:00:00.000Z')
  })

  it('adds up the buckets of a histogram', () => {
    const rows = bucketRows({
      from: '2026-11-25T00:00:00Z',
      to: '2026-11-25T01:00:00Z',
      asOf: '2026-11-25T01:00:00Z',
      width: 3600,
      by: 'severity',
      relation: 'eq',
      buckets: [{ start: '2026-11-25T00:00:00Z', counts: { info: 2, warning: 1 } }],
    })
    expect(rows[0]?.total).toBe(3)
    expect(rows[0]?.to).toBe('2026-11-25T01:00:00.000Z')
  })

  it('keeps the order of the sources and leaves out empty ones', () => {
    const rows = sourceRows({
      bySource: [
        { source: 'scheduled', byStatus: { success: 1 } },
        { source: 'user', byStatus: { failure: 2 } },
        { source: 'system', byStatus: {} },
      ],
    })
    expect(rows.map((row) => row.key)).toEqual(['user', 'scheduled'])
  })

  it('splits an action into failures and the rest', () => {
    expect(actionRows({ topActions: [{ action: 'a', total: 5, failures: 2 }] })[0]?.counts).toEqual(
      {
        other: 3,
        failure: 2,
      },
    )
  })
})

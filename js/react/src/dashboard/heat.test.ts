import { describe, expect, it } from 'vitest'
import { heatGrid, offsetHours } from './heat'

describe('heatGrid', () => {
  it('is a full week, Monday first', () => {
    const grid = heatGrid([{ weekday: 1, hour: 9, count: 4 }])
    expect(grid).toHaveLength(7)
    expect(grid.every((row) => row.length === 24)).toBe(true)
    expect(grid[0]?.[9]).toEqual({ weekday: 1, hour: 9, count: 4, level: 4 })
    expect(grid[6]?.[23]).toEqual({ weekday: 7, hour: 23, count: 0, level: 0 })
  })

  it('shifts over the ends of the week', () => {
    expect(heatGrid([{ weekday: 7, hour: 23, count: 1 }], 2)[0]?.[1]?.count).toBe(1)
    expect(heatGrid([{ weekday: 1, hour: 0, count: 1 }], -1)[6]?.[23]?.count).toBe(1)
  })

  it('keeps small counts visible beside a rush hour', () => {
    const grid = heatGrid([
      { weekday: 1, hour: 0, count: 10_000 },
      { weekday: 1, hour: 1, count: 1_000 },
      { weekday: 1, hour: 2, count: 1 },
    ])
    expect(grid[0]?.slice(0, 4).map((cell) => cell.level)).toEqual([4, 2, 1, 0])
  })
})

it('knows the offset of a time zone', () => {
  const winter = new Date('2026-01-15T12:00:00Z')
  expect(offsetHours('UTC', winter)).toBe(0)
  expect(offsetHours('Europe/Zurich', winter)).toBe(1)
  expect(offsetHours('America/New_York', winter)).toBe(-5)
})

import { describe, expect, it } from 'vitest'
import { fromLocalInput, toLocalInput } from './zoned'

describe('times as they are typed', () => {
  it.each([
    ['UTC', '2026-11-25T03:00:00', '2026-11-25T03:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01T12:00:00', '2026-07-01T10:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T01:59:59', '2026-10-24T23:59:59.000Z'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00', '2025-12-31T18:15:00.000Z'],
    ['America/New_York', '2026-03-08T03:00:00', '2026-03-08T07:00:00.000Z'],
  ])('%s %s', (zone, local, utc) => {
    const ms = fromLocalInput(local, zone)
    expect(new Date(ms ?? 0).toISOString()).toBe(utc)
    expect(toLocalInput(ms ?? 0, zone)).toBe(local)
  })

  it('is nothing when it can’t be read', () => {
    expect(fromLocalInput('', 'UTC')).toBeUndefined()
  })
})

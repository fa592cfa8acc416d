import { describe, expect, it } from 'vitest'
import { createProjector, formatMicros, parseMicros } from './row'

describe('micros', () => {
  it.each([
    '2026-11-25T03:00:00.000Z',
    '2026-11-25T03:00:00.123456Z',
    '1969-12-31T23:59:59.999999Z',
    '1960-01-01T00:00:00.000001Z',
    '9999-12-31T23:59:59.999Z',
  ])('keeps %s', (text) => {
    expect(formatMicros(parseMicros(text))).toBe(text)
  })

  it('understands other spellings of the same instant', () => {
    expect(parseMicros('2026-11-25T04:00:00.5+01:00')).toBe(parseMicros('2026-11-25T03:00:00.5Z'))
  })
})

describe('createProjector', () => {
  it('fills what is absent and prefers names', () => {
    const row = createProjector([])({ id: 'i', occurredAt: '2026-11-25T03:00:00Z', actorId: 'u1' })
    expect(row).toMatchObject({ id: 'i', actor: 'u1', entity: '', status: '', extra: [] })
    const named = createProjector(['traceId'])({
      id: 'i',
      occurredAt: '2026-11-25T03:00:00Z',
      actorId: 'u1',
      actorName: 'Alice',
      traceId: 't',
    })
    expect(named).toMatchObject({ actor: 'Alice', extra: ['t'] })
  })
})

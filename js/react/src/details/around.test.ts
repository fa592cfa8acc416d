import { describe, expect, it } from 'vitest'
import type { Activity } from '../client'
import { loadAround, windowAround } from './around'

const at = (minute: number): Activity => ({
  id: `id-${minute}`,
  occurredAt: `2026-11-25T08:${String(minute).padStart(2, '0')}:00Z`,
})

describe('loadAround', () => {
  it('puts the activity between its neighbours, newest first, each once', async () => {
    const page = (items: Activity[]) => Promise.resolve({ items, page: { hasMore: false } })
    const found = await loadAround(
      ({ order }) => (order === 'asc' ? page([at(5), at(6), at(7)]) : page([at(4), at(3)])),
      at(5),
      2,
    )
    expect(found.map((activity) => activity.id)).toEqual(['id-7', 'id-6', 'id-5', 'id-4', 'id-3'])
  })
})

describe('windowAround', () => {
  it('ends now for what just happened', () => {
    const now = Date.parse('2026-11-25T09:00:00Z')
    expect(windowAround('2026-11-25T08:30:00Z', 3_600_000, now)).toEqual({
      from: '2026-11-25T07:30:00.000Z',
    })
    expect(windowAround('2026-11-20T08:30:00Z', 3_600_000, now)).toEqual({
      from: '2026-11-20T07:30:00.000Z',
      to: '2026-11-20T09:30:00.000Z',
    })
  })
})

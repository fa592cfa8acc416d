import { expect, it } from 'vitest'
import { nameEvery, timeName } from './axis'

it('names days in UTC and hours in the reader’s time zone', () => {
  const day = { from: '2026-11-25T00:00:00.000Z', to: '2026-11-26T00:00:00.000Z' }
  const hour = { from: '2026-11-25T08:00:00.000Z', to: '2026-11-25T09:00:00.000Z' }
  const row = { key: 'x', total: 1, counts: {} }
  expect(timeName({ ...row, ...day }, 'America/New_York', 'en-GB')).toBe('25 Nov')
  expect(timeName({ ...row, ...hour }, 'Europe/Zurich', 'en-GB')).toBe('09:00')
})

it('leaves out names that have no room', () => {
  expect(nameEvery(7, 900)).toBe(1)
  expect(nameEvery(7, 300)).toBe(2)
  expect(nameEvery(90, 900)).toBe(6)
  expect(nameEvery(3, 0)).toBe(3)
})

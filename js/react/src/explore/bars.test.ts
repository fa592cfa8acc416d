import { expect, it } from 'vitest'
import { barsOf, roundUp } from './bars'

it('sums a bucket, with severities that it does not know', () => {
  const [bar] = barsOf({
    from: '',
    to: '',
    width: 60,
    by: 'severity',
    relation: 'eq',
    asOf: '',
    buckets: [{ start: '2026-11-25T03:00:00Z', counts: { info: 2, critical: 1, odd: 4 } }],
  })
  expect(bar).toMatchObject({ total: 7 })
  expect((bar?.end ?? 0) - (bar?.start ?? 0)).toBe(60_000)
})

it.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [11, 20],
  [99, 100],
  [501, 1000],
])('rounds an axis of %d up to %d', (value, top) => {
  expect(roundUp(value)).toBe(top)
})

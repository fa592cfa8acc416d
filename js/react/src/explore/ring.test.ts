import { expect, it } from 'vitest'
import { RingBuffer } from './ring'

it('drains the newest first and counts what was overwritten', () => {
  const ring = new RingBuffer<number>(3)
  for (let i = 1; i <= 5; i++) ring.push(i)
  expect(ring.size).toBe(3)
  expect(ring.overwritten).toBe(2)
  expect(ring.drain()).toEqual([5, 4, 3])
  expect(ring.size).toBe(0)
  expect(ring.overwritten).toBe(0)
  ring.push(6)
  expect(ring.drain()).toEqual([6])
})

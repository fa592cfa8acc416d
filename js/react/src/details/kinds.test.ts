import { describe, expect, it } from 'vitest'
import { commonKind, dateDelta, diffArrays, kindOfValue, numberDelta } from './kinds'

describe('kindOfValue', () => {
  it.each([
    [undefined, 'absent'],
    [null, 'null'],
    ['x', 'text'],
    ['2026', 'text'],
    ['2026-13-45', 'text'],
    ['2026-11-25', 'date'],
    ['2026-11-25T08:00:00.123456Z', 'date'],
    [1, 'number'],
    [false, 'boolean'],
    [[], 'array'],
    [{}, 'object'],
  ] as const)('%j is %s', (value, kind) => {
    expect(kindOfValue(value)).toBe(kind)
  })

  it('compares a date with a text as texts, a number with a text not at all', () => {
    expect(commonKind('2026-11-25', 'never')).toBe('text')
    expect(commonKind(1, '1')).toBeUndefined()
  })
})

describe('deltas', () => {
  it('says by how much a number moved', () => {
    expect(numberDelta(100, 120, 'en')).toBe('+20 (+20%)')
    expect(numberDelta(120, 100, 'en')).toBe('-20 (-17%)')
    expect(numberDelta(0, 5, 'en')).toBe('+5')
    expect(numberDelta(1, 5000, 'en')).toBe('+4,999')
  })

  it('says by how much a date moved', () => {
    expect(dateDelta('2026-11-25', '2026-11-28T04:00:00Z')).toBe('+3 d 4 h')
    expect(dateDelta('2026-11-25T00:00:01Z', '2026-11-25T00:00:00Z')).toBe('−1 s')
    expect(dateDelta('2026-11-25', '2026-11-25')).toBe('')
  })
})

describe('diffArrays', () => {
  it('lists members that went and came', () => {
    expect(diffArrays(['admin', 'ops'], ['ops', 'dev'])).toEqual([
      { kind: 'removed', value: 'admin' },
      { kind: 'same', value: 'ops' },
      { kind: 'added', value: 'dev' },
    ])
  })

  it('counts equal members', () => {
    expect(diffArrays([1, 1], [1]).map((item) => item.kind)).toEqual(['same', 'removed'])
    expect(diffArrays([1], [1, 1]).map((item) => item.kind)).toEqual(['same', 'added'])
  })
})

import { describe, expect, it } from 'vitest'
import { diffWords } from './words'

const compact = (before: string, after: string): string =>
  diffWords(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : `${kind === 'added' ? '+' : '-'}[${text}]`))
    .join('')

describe('diffWords', () => {
  it('marks the words that changed', () => {
    expect(compact('ship to Bern today', 'ship to Basel today')).toBe(
      'ship to -[Bern]+[Basel] today',
    )
    expect(compact('a b c', 'a c')).toBe('a -[b ]c')
  })

  it('replaces texts that have little in common', () => {
    expect(compact('draft', 'published')).toBe('-[draft]+[published]')
    expect(compact('one two three four five x', 'six seven eight nine ten x')).toBe(
      '-[one two three four five x]+[six seven eight nine ten x]',
    )
  })

  it('gives both texts back', () => {
    const before = 'Zürich 🎉 – 12.50 CHF'
    const after = 'Zürich 🎊 – 13.50 CHF!'
    const segments = diffWords(before, after)
    const without = (kind: string): string =>
      segments.flatMap((s) => (s.kind === kind ? [] : [s.text])).join('')
    expect(without('added')).toBe(before)
    expect(without('removed')).toBe(after)
  })

  it('ends soon on long texts', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `w${i % 7}`).join(' ')
    expect(diffWords(`x ${long} y`, `y ${long.slice(2)} x`).length).toBeGreaterThan(0)
  })

  it('handles empty sides', () => {
    expect(compact('', 'new')).toBe('+[new]')
    expect(compact('old', '')).toBe('-[old]')
    expect(diffWords('', '')).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { formatQuery, parseQuery, tokenize } from './query'

describe('parseQuery', () => {
  it.each([
    ['', {}],
    [
      'severity:critical actor:alice -status:success refund',
      { severity: ['critical'], actorId: ['alice'], status: ['-success'], q: 'refund' },
    ],
    ['severity:critical,warning severity:info', { severity: ['critical', 'warning', 'info'] }],
    ['actor:"Alice \\"A\\" B" x', { actorId: ['Alice "A" B'], q: 'x' }],
    ['ACTOR:a actorId:b', { actorId: ['a', 'b'] }],
    ['"severity:critical"', { q: 'severity:critical' }],
    ['https://example.com -x', { q: 'https://example.com -x' }],
    ['actor:', {}],
    ['actor:"unfinished quo', { actorId: ['unfinished quo'] }],
    ['-entity:a,b', { entityId: ['-a', '-b'] }],
    ['constructor:x', { q: 'constructor:x' }],
  ])('reads %s', (line, filters) => {
    expect(parseQuery(line)).toEqual(filters)
  })

  it('reads back what formatQuery writes', () => {
    const filters = {
      severity: ['critical', '-info'],
      actorId: ['a b', 'c,d', '"', '\\', '-e f'],
      q: 'actor:x "quoted" -y',
    }
    expect(parseQuery(formatQuery(filters))).toEqual(filters)
  })
})

describe('tokenize', () => {
  it('says where a value begins, for completion', () => {
    expect(tokenize('x -actor:al')).toEqual([
      { start: 0, end: 1, not: false, values: ['x'], valueStart: 0 },
      { start: 2, end: 11, field: 'actorId', not: true, values: ['al'], valueStart: 9 },
    ])
  })
})

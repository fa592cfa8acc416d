import { describe, expect, it } from 'vitest'
import { flattenChanges } from './changes'

describe('flattenChanges', () => {
  it('flattens nested objects to paths and leaves out what is equal', () => {
    const before = { name: 'a', address: { city: 'Bern', zip: '3000' }, same: 1 }
    const after = { name: 'b', address: { city: 'Bern', zip: '3001' }, same: 1 }
    expect(flattenChanges({ before, after })).toEqual([
      { path: 'name', kind: 'changed', before: 'a', after: 'b' },
      { path: 'address.zip', kind: 'changed', before: '3000', after: '3001' },
    ])
  })

  it('tells absent from null', () => {
    expect(flattenChanges({ before: { a: null }, after: { b: null } })).toEqual([
      { path: 'a', kind: 'removed', before: null, after: undefined },
      { path: 'b', kind: 'added', before: undefined, after: null },
    ])
  })

  it('lists the leaves of an object that came', () => {
    expect(flattenChanges({ after: { limits: { day: 5, week: { max: 9 } } } })).toEqual([
      { path: 'limits.day', kind: 'added', before: undefined, after: 5 },
      { path: 'limits.week.max', kind: 'added', before: undefined, after: 9 },
    ])
  })

  it('keeps an object that replaced something else in one row', () => {
    expect(flattenChanges({ before: { owner: 'bob' }, after: { owner: { id: 'bob' } } })).toEqual([
      { path: 'owner', kind: 'changed', before: 'bob', after: { id: 'bob' } },
    ])
  })

  it('quotes keys that would read as a path', () => {
    const paths = flattenChanges({ after: { 'a.b': 1, '': 2, 'x y': { z: 3 } } }).map((c) => c.path)
    expect(paths).toEqual(['["a.b"]', '[""]', '["x y"].z'])
  })

  it('compares arrays as a whole', () => {
    expect(flattenChanges({ before: { tags: ['a'] }, after: { tags: ['a'] } })).toEqual([])
    expect(flattenChanges({ before: { tags: ['a'] }, after: { tags: ['b'] } })).toHaveLength(1)
  })

  it('lists a field that is only named', () => {
    expect(flattenChanges({ fields: ['password'] })).toEqual([
      { path: 'password', kind: 'changed' },
    ])
    expect(flattenChanges({ after: { a: { b: 1 } }, fields: ['a'] })).toHaveLength(1)
  })

  it('takes inherited names as plain keys', () => {
    expect(flattenChanges({ before: {}, after: { constructor: 'x' } })).toEqual([
      { path: 'constructor', kind: 'added', before: undefined, after: 'x' },
    ])
  })

  it('has nothing to say about nothing', () => {
    expect(flattenChanges(undefined)).toEqual([])
    expect(flattenChanges({})).toEqual([])
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import { readExplore, writeExplore } from './explore'
import { markOf, toQuery, withMark } from './filters'
import { instant, isRange, spanMs } from './time'
import { hrefWith, navigate } from './url'

beforeEach(() => window.history.replaceState(null, '', '/'))

describe('explore state', () => {
  it('comes back from the address as it was', () => {
    const state = {
      filters: { severity: ['critical'], actorId: ['-a b'], q: 'x' },
      range: { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' },
      live: true,
      selected: { id: 'i', at: '2026-11-24T01:00:00Z' },
    }
    navigate(writeExplore(state))
    expect(readExplore(new URLSearchParams(window.location.search))).toEqual(state)
  })

  it('leaves the defaults out, and ignores a range that makes no sense', () => {
    navigate(writeExplore({}))
    expect(window.location.search).toBe('')
    expect(readExplore(new URLSearchParams('from=1h&to=2h')).range).toEqual({ from: '24h' })
  })
})

describe('navigate', () => {
  it('keeps what is not named', () => {
    navigate({ page: 'dashboard', a: '1' })
    navigate({ a: undefined, b: '2' }, { replace: true })
    expect(window.location.search).toBe('?page=dashboard&b=2')
    expect(new URL(hrefWith({ page: '' })).search).toBe('?b=2')
  })
})

describe('filters', () => {
  it('marks a value one way at a time', () => {
    const asked = withMark({}, 'status', 'success', 'in')
    expect(asked).toEqual({ status: ['success'] })
    const excluded = withMark(asked, 'status', 'success', 'out')
    expect(excluded).toEqual({ status: ['-success'] })
    expect(markOf(excluded, 'status', 'success')).toBe('out')
    expect(withMark(excluded, 'status', 'success', undefined)).toEqual({})
  })

  it('become the API’s parameters; the project of the host wins', () => {
    expect(toQuery({ projectId: ['other'], q: 'x' }, 'mine')).toEqual({
      projectId: ['mine'],
      q: 'x',
    })
  })
})

describe('time', () => {
  it('reads spans and instants', () => {
    expect(spanMs('15m')).toBe(900_000)
    expect(spanMs('0x')).toBeUndefined()
    expect(instant('1h', 3_600_000)).toBe(0)
    expect(instant('nonsense', 0)).toBeUndefined()
    expect(isRange({ from: '1h' })).toBe(true)
  })
})

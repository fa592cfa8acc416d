import { afterEach, describe, expect, it } from 'vitest'
import { basePath } from './base'
import { hrefOf, placeAt } from './routes'

afterEach(() => {
  document.head.replaceChildren()
})

function put(html: string) {
  const doc = new DOMParser().parseFromString(html, 'text/html')
  document.head.append(...doc.head.children)
}

describe('basePath', () => {
  it('is empty at the root', () => {
    put('<base href="/">')
    expect(basePath()).toBe('')
  })

  it('comes from <base>, or from the meta element, which wins', () => {
    put('<base href="/activity/">')
    expect(basePath()).toBe('/activity')
    put('<meta name="otel-activity-base" content="/ops/trail/">')
    expect(basePath()).toBe('/ops/trail')
  })
})

describe('hrefOf', () => {
  it('keeps project and time zone, and nothing else', () => {
    put('<base href="/activity/">')
    expect(hrefOf('/health', {}, '?project=a%26b&tz=UTC&query=x')).toBe(
      '/activity/health?project=a%26b&tz=UTC',
    )
  })

  it('adds and removes what is named', () => {
    put('<base href="/">')
    expect(hrefOf('/', { project: undefined, id: '1' }, '?project=a')).toBe('/?id=1')
    expect(hrefOf('/a/1', { at: '2026-11-25T08:00:00Z' }, '')).toBe(
      '/a/1?at=2026-11-25T08%3A00%3A00Z',
    )
  })
})

describe('placeAt', () => {
  it('finds screens, activities and entities', () => {
    expect(placeAt('/')).toEqual({ screen: 'explore' })
    expect(placeAt('/health')).toEqual({ screen: 'health' })
    expect(placeAt('/a/0192')).toEqual({ screen: 'activity', id: '0192' })
    expect(placeAt('/e/order/a%2Fb')).toEqual({ screen: 'entity', type: 'order', id: 'a/b' })
    expect(placeAt('/e/order/100%')).toEqual({ screen: 'entity', type: 'order', id: '100%' })
  })

  it.each(['/a', '/a/', '/a/1/2', '/e/order', '/e/order/1/2', '/nowhere', '/healthy'])(
    'finds nothing at %s',
    (path) => {
      expect(placeAt(path)).toBeUndefined()
    },
  )
})

import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createActivityClient } from '../client'
import { ActivityMonitor, type ActivityMonitorProps } from './ActivityMonitor'

// jsdom has no layout: here every row is in view; scrolling is for the browser's tests.
vi.mock('@tanstack/react-virtual', () => ({
  defaultRangeExtractor: () => [],
  useVirtualizer: ({ count }: { count: number }) => ({
    getVirtualItems: () =>
      Array.from({ length: count }, (_, index) => ({ index, start: index * 32 })),
    getTotalSize: () => count * 32,
    measure: () => undefined,
    scrollToIndex: () => undefined,
    scrollRect: { width: 1200, height: 600 },
  }),
}))

beforeEach(() => {
  class Observer implements ResizeObserver {
    readonly #changed: ResizeObserverCallback
    constructor(changed: ResizeObserverCallback) {
      this.#changed = changed
    }
    observe() {
      this.#changed([], this)
    }
    unobserve() {}
    disconnect() {}
  }
  vi.stubGlobal('ResizeObserver', Observer)
  vi.stubGlobal('matchMedia', () => new EventTarget())
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 1200 })
  HTMLCanvasElement.prototype.getContext = () => null
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  window.history.replaceState(null, '', '/')
})

const answers: Record<string, unknown> = {
  '/api/v1/activities': {
    items: [
      {
        id: 'a',
        occurredAt: '2026-11-25T03:00:00.123456Z',
        action: 'order.refund',
        status: 'failure',
      },
      { id: 'b', occurredAt: '2026-11-25T02:00:00Z', action: '<img src=x>' },
    ],
    page: { hasMore: false },
    total: { value: 2, relation: 'eq' },
  },
  '/api/v1/activities/facets': {
    facets: [{ field: 'status', relation: 'eq', values: [{ value: 'failure', count: 1 }] }],
  },
}

function setup(props: Partial<ActivityMonitorProps> = {}) {
  const asked: URL[] = []
  const client = createActivityClient({
    baseUrl: 'https://a.example',
    fetch: async (input) => {
      const url = new URL(String(input))
      asked.push(url)
      const answer = answers[url.pathname]
      return answer
        ? Response.json(answer)
        : Response.json({ title: 'No', status: 404 }, { status: 404 })
    },
  })
  render(
    <ActivityMonitor client={client} timeZone="UTC" locale="en" showDetails={false} {...props} />,
  )
  return asked
}

const rows = () => screen.findAllByRole('row').then((all) => all.slice(1))
const loaded = () => waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(3))

it('shows rows as text, and asks for the fields that it shows only', async () => {
  const asked = setup()
  await loaded()
  const [first, second] = await rows()
  expect(first?.textContent).toContain('Nov 25 03:00:00.123')
  expect(first?.textContent).toContain('order.refund')
  expect(second?.textContent).toContain('<img src=x>')
  expect(document.querySelector('img')).toBeNull()
  const list = asked.find((url) => url.pathname === '/api/v1/activities')
  expect(list?.searchParams.get('fields')).toContain('details')
  expect(list?.searchParams.get('fields')).not.toContain('metadata')
})

it('walks by keys and opens with the exact time', async () => {
  const onSelect = vi.fn()
  setup({ onSelect })
  await loaded()
  const grid = screen.getByRole('grid')
  for (const key of ['j', 'j', 'k']) fireEvent.keyDown(grid, { key })
  const [first] = await rows()
  expect(grid.getAttribute('aria-activedescendant')).toBe(first?.id)
  fireEvent.keyDown(grid, { key: 'Enter' })
  expect(onSelect).toHaveBeenCalledWith({ id: 'a', occurredAt: '2026-11-25T03:00:00.123456Z' })
})

it('leaves the filters to the host that gives them, and the address alone', async () => {
  const onFiltersChange = vi.fn()
  const asked = setup({ filters: { actorId: ['alice'] }, onFiltersChange })
  await loaded()
  fireEvent.click(await screen.findByRole('checkbox', { name: /failure/ }))
  expect(onFiltersChange).toHaveBeenCalledWith({ actorId: ['alice'], status: ['failure'] })
  expect(window.location.search).toBe('')
  const lists = asked.filter((url) => url.pathname === '/api/v1/activities')
  expect(lists.map((url) => url.searchParams.get('actorId'))).toEqual(['alice'])
})

it('keeps its state in the address when that is its own', async () => {
  setup({ urlState: true })
  await loaded()
  fireEvent.click(await screen.findByRole('button', { name: 'Exclude failure' }))
  expect(window.location.search).toBe('?query=-status%3Afailure')
  act(() => window.history.back())
  await waitFor(() => expect(window.location.search).toBe(''))
  expect(screen.getByRole<HTMLInputElement>('combobox').value).toBe('')
})

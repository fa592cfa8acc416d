import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { createActivityClient } from '../client'
import { ActivityProvider } from '../state/context'
import type { Filters } from '../state/filters'
import { SearchBox } from './SearchBox'

afterEach(cleanup)

function setup(filters: Filters = {}) {
  const onChange = vi.fn()
  const onLeave = vi.fn()
  const client = createActivityClient({
    baseUrl: 'https://a.example',
    fetch: async () => Response.json({ values: ['alice', 'al\u202eex'] }),
  })
  render(
    <ActivityProvider client={client}>
      <SearchBox filters={filters} onChange={onChange} onLeave={onLeave} inputRef={null} />
    </ActivityProvider>,
  )
  const input = screen.getByRole<HTMLInputElement>('combobox')
  const type = (value: string) => {
    fireEvent.focus(input)
    fireEvent.change(input, { target: { value, selectionStart: value.length } })
  }
  return { input, type, onChange, onLeave }
}

it('searches on Enter', () => {
  const { input, type, onChange } = setup()
  type('severity:critical -status:success x')
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(onChange).toHaveBeenCalledWith({ severity: ['critical'], status: ['-success'], q: 'x' })
  expect(input.value).toBe('severity:critical -status:success x')
})

it('completes from the server, with hidden characters shown', async () => {
  const { input, type, onChange } = setup()
  type('actor:al')
  await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(2))
  expect(await screen.findByText('al\\u202eex')).toBeTruthy()
  fireEvent.keyDown(input, { key: 'ArrowDown' })
  expect(input.getAttribute('aria-activedescendant')).toBe(screen.getAllByRole('option')[0]?.id)
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(input.value).toBe('actor:alice ')
  expect(onChange).not.toHaveBeenCalled()
})

it('closes, then leaves with the line as it was', () => {
  const { input, type, onLeave } = setup({ severity: ['critical'] })
  expect(input.value).toBe('severity:critical')
  type('sev')
  fireEvent.keyDown(input, { key: 'Escape' })
  expect(onLeave).not.toHaveBeenCalled()
  fireEvent.keyDown(input, { key: 'Escape' })
  expect(onLeave).toHaveBeenCalledOnce()
  expect(input.value).toBe('severity:critical')
})

import { act, renderHook } from '@testing-library/react'
import { expect, it } from 'vitest'
import { parseViews, useSavedViews } from './views'

it('keeps views by name and forgets what it does not understand', () => {
  localStorage.clear()
  const { result } = renderHook(() => useSavedViews())
  act(() => result.current.save({ name: 'a', search: 'query=x' }))
  act(() => result.current.save({ name: 'a', search: 'query=y' }))
  expect(result.current.views).toEqual([{ name: 'a', search: 'query=y' }])
  act(() => result.current.remove('a'))
  expect(result.current.views).toEqual([])
  expect(parseViews('{"not": "a list"}')).toEqual([])
  expect(parseViews('[{"name": 1}, {"name": "n", "search": "s"}]')).toEqual([
    { name: 'n', search: 's' },
  ])
  expect(parseViews('nonsense')).toEqual([])
})

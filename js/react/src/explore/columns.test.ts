import { expect, it } from 'vitest'
import { cellText, columnsOf, compactText, defaultColumns } from './columns'
import type { Row } from './row'

const row: Row = {
  id: 'i',
  time: 0,
  severity: 'info',
  status: 'failure',
  source: 'user',
  action: 'a\u202eb',
  actor: 'مريم',
  entityType: 'order',
  entity: '47\n11',
  details: '<b>x</b>',
  extra: ['t1'],
}
const time = () => 'now'

it('shows hidden characters, and isolates what stands side by side', () => {
  const text = (id: string) => columnsOf([id]).map((c) => cellText(row, c, ['traceId'], time))[0]
  expect(text('action')).toBe('a\\u202eb')
  expect(text('entity')).toBe('\u2068order\u2069 \u206847\\n11\u2069')
  expect(text('details')).toBe('<b>x</b>')
  expect(text('traceId')).toBe('t1')
  expect(text('time')).toBe('now')
  expect(compactText(row, 'action', time)).toBe('\u2068a\\u202eb\u2069 · \u2068failure\u2069')
  expect(compactText(row, 'subject', time)).toBe(
    '\u2068مريم\u2069 → \u2068order\u2069 \u206847\\n11\u2069',
  )
})

it('keeps the order of all columns and never shows none', () => {
  expect(columnsOf(['details', 'time']).map((c) => c.id)).toEqual(['time', 'details'])
  expect(columnsOf(['nonsense']).map((c) => c.id)).toEqual(defaultColumns)
})

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { createActivityClient, type Health, type Pipeline } from '../client'
import { PipelineHealth } from './PipelineHealth'

const pipeline: Pipeline = {
  asOf: '2026-11-25T08:00:00Z',
  telemetry: 'ok',
  lag: 0.2,
  exporters: [
    { name: 'activity_postgres', queueSize: 900, queueCapacity: 1000, dropped: 0, written: 12 },
  ],
}

afterEach(cleanup)

function show(answer: Pipeline, health: Health = { status: 'ok' }) {
  const client = createActivityClient({
    fetch: async (input) =>
      String(input).endsWith('/healthz')
        ? Response.json(health, { status: health.status === 'ok' ? 200 : 503 })
        : Response.json(answer),
  })
  render(<PipelineHealth client={client} refreshInterval={0} timeZone="UTC" locale="en" />)
}

it('shows how full the queue is, and that this is trouble', async () => {
  show(pipeline)
  const meter = await screen.findByRole('meter', { name: 'Queue' })
  expect(meter.getAttribute('aria-valuenow')).toBe('90')
  expect(meter.getAttribute('aria-valuetext')).toBe('900 of 1,000')
  expect(screen.getAllByText('In trouble').length).toBeGreaterThan(0)
})

it('tells unknown figures from zeros', async () => {
  show({ ...pipeline, telemetry: 'unavailable', exporters: [{ name: 'activity_postgres' }] })
  expect(await screen.findByText(/own metrics could not be read/)).toBeTruthy()
  expect(screen.getByText('Dropped').nextElementSibling?.textContent).toContain('–')
})

it('says when the database is away', async () => {
  show(pipeline, { status: 'unavailable', reason: 'connection refused' })
  expect(await screen.findByText('The database can’t be reached')).toBeTruthy()
})

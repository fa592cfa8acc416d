import { describe, expect, it } from 'vitest'
import type { Pipeline } from '../client'
import {
  exporterVerdict,
  lagVerdict,
  pipelineTotals,
  pipelineVerdict,
  queueFill,
  worst,
} from './pipeline'

const pipeline = (exporters: Pipeline['exporters'], lag?: number): Pipeline => ({
  asOf: '2026-11-25T08:00:00Z',
  telemetry: 'ok',
  exporters,
  ...(lag === undefined ? {} : { lag }),
})

describe('verdicts', () => {
  it('takes the worst, and what is known over what is not', () => {
    expect(worst(['ok', 'critical', 'warning'])).toBe('critical')
    expect(worst(['unknown', 'ok'])).toBe('ok')
    expect(worst([])).toBe('unknown')
  })

  it('calls what was lost by its name', () => {
    expect(exporterVerdict({ name: 'a', dropped: 1 })).toBe('critical')
    expect(exporterVerdict({ name: 'a', refused: 1, dropped: 0 })).toBe('warning')
    expect(exporterVerdict({ name: 'a', queueSize: 9, queueCapacity: 10 })).toBe('critical')
    expect(exporterVerdict({ name: 'a', queueSize: 0, queueCapacity: 10 })).toBe('ok')
    expect(exporterVerdict({ name: 'a' })).toBe('unknown')
  })

  it('counts the lag of the store', () => {
    expect(lagVerdict(0.2)).toBe('ok')
    expect(lagVerdict(10)).toBe('warning')
    expect(pipelineVerdict(pipeline([{ name: 'a', dropped: 0 }], 120))).toBe('critical')
  })
})

it('calls nothing healthy that it can’t see', () => {
  const blind = { ...pipeline([], 0.2), telemetry: 'unavailable' as const }
  expect(pipelineVerdict(blind)).toBe('unknown')
  expect(pipelineVerdict({ ...blind, lag: 120 })).toBe('critical')
  expect(pipelineVerdict({ ...blind, telemetry: 'ok' })).toBe('ok')
})

describe('figures', () => {
  it('adds up what is told and leaves the rest unknown', () => {
    const totals = pipelineTotals(
      pipeline([{ name: 'a', dropped: 2 }, { name: 'b', dropped: 3 }, { name: 'c' }]),
    )
    expect(totals.dropped).toBe(5)
    expect(totals.queueSize).toBeUndefined()
  })

  it('has no fill without a capacity', () => {
    expect(queueFill({ name: 'a', queueSize: 5 })).toBeUndefined()
    expect(queueFill({ name: 'a', queueSize: 5, queueCapacity: 0 })).toBeUndefined()
    expect(queueFill({ name: 'a', queueSize: 5, queueCapacity: 20 })).toBe(0.25)
    expect(queueFill({ name: 'a', queueSize: 50, queueCapacity: 20 })).toBe(1)
  })
})

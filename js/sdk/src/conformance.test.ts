// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { describe, expect, it } from 'vitest'
import {
  type Activity,
  type ActivityContext,
  type ActivityInput,
  type ActivityRecorder,
  type RecorderOptions,
  runWithActivityContext,
  type WrapInput,
} from './index.js'
import { recording } from './testing.js'

interface Scenario {
  description: string
  context?: ActivityContext
  defaults?: RecorderOptions
  call: {
    function: string
    action: string
    input?: WrapInput
    inputs: Activity[]
    operation: string
    collection: string
    entityId: string
    path: string
    method: string
    name: string
    size: number
    failed: number
    result?: { status?: number; canceled?: boolean; error?: { type: string; message: string } }
  }
  records: {
    eventName: string
    severityNumber: number
    severityText: string
    body?: string
    attributes: Record<string, unknown>
    duration?: boolean
    error?: boolean
  }[]
}

const folder = new URL('../../../testdata/conformance/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.json'))

describe('conformance', () => {
  it.each(files)('%s', (file) => {
    const scenario: Scenario = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const { recorder, records } = recording(scenario.defaults)
    runWithActivityContext(scenario.context ?? {}, () => perform(recorder, scenario.call))
    expect(records()).toHaveLength(scenario.records.length)
    const operations = new Set<unknown>()
    scenario.records.forEach((wanted, i) => {
      compare(records()[i] as ReadableLogRecord, wanted, operations)
    })
    expect(operations.size).toBeLessThanOrEqual(1)
  })
})

function perform(recorder: ActivityRecorder, call: Scenario['call']): void {
  const { action, result } = call
  const input = { ...call.input }
  const error = errorOf(result)
  const fn = () => {
    if (error) throw error
    return { status: result?.status, failed: call.failed }
  }
  const plain = input as ActivityInput
  const calls: Record<string, () => unknown> = {
    logActivity: () => recorder.logActivity({ ...(input as Activity), error }),
    logActivities: () => recorder.logActivities(call.inputs),
    logUserAction: () => recorder.logUserAction(action, plain),
    logSystemEvent: () => recorder.logSystemEvent(action, plain),
    logIntegration: () => recorder.logIntegration(action, plain),
    logScheduled: () => recorder.logScheduled(action, plain),
    withActivityLogging: () => recorder.withActivityLogging(action, fn, input),
    withDatabaseLogging: () =>
      recorder.withDatabaseLogging(call.operation, call.collection, call.entityId, fn, input),
    withApiLogging: () => recorder.withApiLogging(call.path, call.method, fn, input),
    withBatchLogging: () => recorder.withBatchLogging(call.name, call.size, fn, input),
    beginActivity: () => recorder.beginActivity(action, input).end({ error }),
  }
  const perform = calls[call.function]
  if (!perform) throw new Error(`no function ${call.function}`)
  if (error && call.function.startsWith('with')) expect(perform).toThrow(error)
  else perform()
}

function errorOf(result: Scenario['call']['result']): Error | undefined {
  if (result?.canceled) return new DOMException('The operation was aborted', 'AbortError')
  if (!result?.error) return undefined
  const error = new Error(result.error.message)
  error.name = result.error.type
  return error
}

function compare(
  record: ReadableLogRecord,
  wanted: Scenario['records'][number],
  operations: Set<unknown>,
): void {
  expect(record).toMatchObject({
    eventName: wanted.eventName,
    severityNumber: wanted.severityNumber,
    severityText: wanted.severityText,
  })
  expect(record.body).toBe(wanted.body)
  const attributes: Record<string, unknown> = { ...record.attributes }
  expect(attributes['log.record.uid']).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  delete attributes['log.record.uid']
  if (wanted.duration) {
    expect(attributes['activity.duration']).toBeGreaterThan(0)
    delete attributes['activity.duration']
  }
  if (wanted.error) {
    expect(attributes['error.type']).toBeTruthy()
    delete attributes['error.type']
    delete attributes['exception.message']
  }
  if (wanted.attributes['activity.operation.id'] === '<operation>') {
    expect(attributes['activity.operation.id']).toBeTruthy()
    operations.add(attributes['activity.operation.id'])
    attributes['activity.operation.id'] = '<operation>'
  }
  expect(attributes).toEqual(wanted.attributes)
}

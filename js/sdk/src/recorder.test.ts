// @vitest-environment node
import { logs } from '@opentelemetry/api-logs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newId } from './id.js'
import {
  type ActivityContext,
  type ActivityInput,
  ActivityRecorder,
  ActivitySource,
  logActivity,
  logUserAction,
  type Repaired,
  runWithActivityContext,
  setActivityDefaults,
} from './index.js'
import { Repairer } from './repair.js'
import { recording, tracing } from './testing.js'

afterEach(() => {
  logs.disable()
  setActivityDefaults({})
})

const circular: Record<string, unknown> = {}
circular.self = circular
const wide: Record<string, unknown> = {}
for (const key of 'abcdefgh') wide[key] = [wide, wide, { wide }]
const throwing = {
  get x(): never {
    throw new Error('getter')
  },
  y: 1,
}
const itself = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => itself })
const hostileProxy = new Proxy(
  {},
  {
    ownKeys() {
      throw new Error('proxy')
    },
    get() {
      throw new Error('proxy')
    },
    has() {
      throw new Error('proxy')
    },
  },
)
const deep = { a: {} }
let bottom: Record<string, unknown> = deep.a
for (let i = 0; i < 100; i++) {
  const next = {}
  bottom.a = next
  bottom = next
}

describe('values', () => {
  const date = new Date('2026-01-02T03:04:05.678Z')
  it.each<[string, unknown, unknown, string[]]>([
    ['a text', 'x', 'x', []],
    ['NaN', Number.NaN, 'NaN', ['nonfinite']],
    ['an infinity', Number.NEGATIVE_INFINITY, '-Infinity', ['nonfinite']],
    ['a small BigInt', 7n, 7, []],
    ['a great BigInt', 2n ** 70n, '1180591620717411303424', []],
    ['a Date', date, '2026-01-02T03:04:05.678Z', []],
    ['an invalid Date', new Date('x'), 'Invalid Date', ['unsupported']],
    ['an Error', new TypeError('boom'), 'TypeError: boom', []],
    ['a function', () => 1, '!UNSUPPORTED: function', ['unsupported']],
    ['a symbol', Symbol('s'), '!UNSUPPORTED: symbol', ['unsupported']],
    ['undefined', undefined, undefined, []],
    ['null', null, null, []],
    ['a lone surrogate', 'a\uD800b', 'a\uFFFDb', ['text']],
    ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2), []],
    ['an ArrayBuffer', Uint8Array.of(1).buffer, Uint8Array.of(1), []],
    ['a Map', new Map([['a', 1]]), { a: 1 }, []],
    ['a Set', new Set([1, 2]), [1, 2], []],
    ['toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }, []],
    ['a boxed text', new String('s'), 's', []],
    ['a getter that throws', throwing, { x: '!ERROR: getter', y: 1 }, ['threw']],
    ['toJSON that returns itself', itself, { a: 1 }, []],
    ['a Proxy that throws', hostileProxy, '!ERROR: proxy', ['threw']],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }, []],
    ['holes', [1, undefined, 2], [1, null, 2], []],
  ])('%s', (_, value, want, repairs) => {
    const told: Repaired[] = []
    const { recorder, records } = recording({ onRepair: (r) => told.push(r) })
    recorder.logActivity({ action: 'a.b', metadata: { v: value, other: 1 } })
    const metadata = records()[0]?.attributes['activity.metadata'] as Record<string, unknown>
    expect(metadata.v).toEqual(want)
    expect(metadata.other).toBe(1)
    expect(told.flatMap((r) => r.repairs)).toEqual(repairs)
    expect(recorder.repaired).toBe(repairs.length ? 1 : 0)
  })

  it.each([
    ['circular', circular, 'depth'],
    ['circular and wide', wide, 'depth'],
    ['deep', deep, 'depth'],
    ['long text', { text: 'ä'.repeat(2 << 20) }, 'cut'],
    ['many items', { list: Array.from({ length: 200_000 }, (_, i) => i) }, 'cut'],
    ['many bytes', { bytes: new Uint8Array(2 << 20) }, 'cut'],
    ['many members', manyMembers(), 'cut'],
  ])('bounds what is %s', (_, metadata, repair) => {
    const { recorder, records } = recording()
    const before = performance.now()
    const told: Repaired[] = []
    new ActivityRecorder({ ...recorder.options, onRepair: (r) => told.push(r) }).logActivity({
      action: 'a.b',
      metadata,
    })
    expect(performance.now() - before).toBeLessThan(1000)
    expect(told[0]?.repairs).toContain(repair)
    const size = JSON.stringify(records()[0]?.attributes).length
    expect(size).toBeLessThan(4 << 20)
  })

  it('takes nothing from the rest to keep what is too large', () => {
    const { recorder, records } = recording()
    recorder.logActivity({
      action: 'a.b',
      error: new RangeError('far'),
      metadata: { text: 'x'.repeat(2 << 20) },
      attributes: { 'client.address': '192.0.2.7' },
    })
    expect(records()[0]?.attributes).toMatchObject({
      'error.type': 'RangeError',
      'exception.message': 'far',
      'client.address': '192.0.2.7',
    })
  })

  it('keeps a member that is named __proto__', () => {
    const value = new Repairer().value(JSON.parse('{"__proto__": {"x": 1}}'))
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1}}')
  })
})

describe('a recorder', () => {
  it.each<[string, unknown]>([
    ['no action', {}],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a Proxy that throws', hostileProxy],
    ['numbers for texts', { action: 5, entityId: 7, details: 3, userId: 9n }],
    ['objects for texts', { action: {}, entityType: Object.create(null), actor: 'x' }],
    ['a time that can not be', { action: 'a.b', timestamp: new Date('9999-01-01') }],
    ['a time before all', { action: 'a.b', timestamp: -1 }],
    ['no time', { action: 'a.b', timestamp: 'yesterday' }],
    ['circular metadata', { action: 'a.b', metadata: circular, changes: { before: circular } }],
    ['metadata that is none', { action: 'a.b', metadata: 'text' }],
  ])('never throws for %s', async (_, activity) => {
    const told: Repaired[] = []
    const { recorder } = recording({
      onRepair: (r) => {
        told.push(r)
        throw new Error('a handler that throws')
      },
    })
    const outcome = await recorder.logActivity(activity as never)
    expect(['queued', 'dropped']).toContain(outcome.state)
    recorder.logUserAction(activity as never, activity as never)
    expect((await recorder.logActivities(activity as never)).length).toBeLessThanOrEqual(1)
    expect(recorder.withActivityLogging('a.b', () => 7, activity as never)).toBe(7)
    expect(
      recorder.withDatabaseLogging(activity as never, 'b', 'c', () => 7, activity as never),
    ).toBe(7)
    expect(recorder.withApiLogging(activity as never, 'b', () => 7, activity as never)).toBe(7)
    expect(recorder.withBatchLogging('b', 1, () => 7, activity as never)).toBe(7)
    recorder.beginActivity('a.b', activity as never).end(activity as never)
    expect(recorder.repaired).toBe(told.length)
  })

  it.each<[string, ActivityInput, Record<string, unknown>]>([
    ['a user with a name', { userId: 'u-1', actor: { name: 'Ada' } }, { 'user.id': 'u-1' }],
    ['an actor who is nobody', { actor: { id: undefined } }, { 'user.id': 'u-0' }],
    ['no user', { userId: '' }, { 'user.id': 'u-0' }],
    ['on behalf of nobody', { onBehalfOf: { id: '' } }, { 'activity.on_behalf_of.id': 'u-9' }],
    ['empty texts', { projectId: '', reason: '', operationId: '' }, {}],
    ['words that are none', { source: '' as never, status: '' as never }, {}],
  ])('takes from the context what is not said: %s', (_, input, want) => {
    const { recorder, records } = recording({ reason: 'asked to' })
    const context: ActivityContext = {
      actor: { id: 'u-0' },
      onBehalfOf: { id: 'u-9' },
      projectId: 'acme',
      operationId: 'op-1',
    }
    runWithActivityContext(context, () => recorder.logActivity({ action: 'a.b', ...input }))
    expect(records()[0]?.attributes).toMatchObject({
      'activity.source': 'user',
      'activity.status': 'success',
      'activity.on_behalf_of.id': 'u-9',
      'activity.project.id': 'acme',
      'activity.operation.id': 'op-1',
      'activity.reason': 'asked to',
      ...want,
    })
  })

  it('leaves out what is undefined, and reads null as such', () => {
    const { recorder, records } = recording()
    recorder.logActivity({
      action: 'a.b',
      attributes: { 'session.id': undefined, 'k\uD800': 1 },
      timestamp: null as never,
      duration: null as never,
      severity: 'constructor' as never,
    })
    const [record] = records()
    expect(Object.keys(record?.attributes ?? {})).toEqual([
      'log.record.uid',
      'activity.action',
      'activity.source',
      'activity.status',
      'k\uFFFD',
    ])
    expect(record?.hrTime[0]).toBeGreaterThan(1.7e9)
    expect(record?.severityNumber).toBe(9)
  })

  it('keeps the time that a log record can not name', () => {
    const { recorder, records } = recording()
    recorder.logActivity({ action: 'a.b', timestamp: new Date('9999-01-01T00:00:00Z') })
    expect(records()[0]?.attributes['activity.original.time_unix_nano']).toBe(
      '253370764800000000000',
    )
    expect(records()[0]?.hrTime[0]).toBeGreaterThan(1.7e9)
  })

  it('survives a provider that throws, and counts it', async () => {
    const told: Repaired[] = []
    const recorder = new ActivityRecorder({
      loggerProvider: {
        getLogger: () => {
          throw new Error('no logger')
        },
      },
      onRepair: (r) => told.push(r),
    })
    expect(await recorder.logActivity({ action: 'a.b' })).toEqual({
      state: 'dropped',
      reason: 'no logger',
    })
    expect(told).toMatchObject([{ action: 'a.b', dropped: true }])
  })

  it('finds a global provider that is set later', async () => {
    await logActivity({ action: 'too.early' })
    const { loggerProvider, records } = recording()
    logs.setGlobalLoggerProvider(loggerProvider)
    setActivityDefaults({ actor: { id: 'u-1' } })
    await logUserAction('user.login')
    expect(records().map((r) => [r.eventName, r.attributes['user.id']])).toEqual([
      ['user.login', 'u-1'],
    ])
    expect(records()[0]?.instrumentationScope).toMatchObject({ name: '@otel-activity/sdk' })
  })

  it('belongs to the trace of the running code', () => {
    const { recorder, records } = recording()
    const span = tracing().startActiveSpan('request', (span) => {
      recorder.logActivity({ action: 'a.b' })
      return span
    })
    expect(records()[0]?.spanContext?.traceId).toBe(span.spanContext().traceId)
  })

  it('carries a context through asynchronous code', async () => {
    const { recorder, records } = recording()
    await runWithActivityContext({ actor: { id: 'u-1' }, projectId: 'acme' }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      await runWithActivityContext({ projectId: 'other' }, async () => {
        await Promise.resolve()
        recorder.logActivity({ action: 'a.b' })
      })
    })
    recorder.logActivity({ action: 'outside' })
    expect(records()[0]?.attributes).toMatchObject({
      'user.id': 'u-1',
      'activity.project.id': 'other',
    })
    expect(records()[1]?.attributes).not.toHaveProperty('user.id')
  })

  it('makes another with more defaults', () => {
    const { recorder, records } = recording({ projectId: 'acme', attributes: { a: 1 } })
    recorder
      .with({ actor: { id: 'u-1' }, source: ActivitySource.SCHEDULED, attributes: { b: 2 } })
      .with({ source: undefined, loggerProvider: undefined })
      .logActivity({ action: 'a.b' })
    expect(records()[0]?.attributes).toMatchObject({
      'user.id': 'u-1',
      'activity.project.id': 'acme',
      'activity.source': 'scheduled',
      a: 1,
      b: 2,
    })
  })

  it('does not change what it is given', async () => {
    const activity = Object.freeze({ action: 'a.b', metadata: Object.freeze({ a: 1 }) })
    const { recorder, records } = recording()
    await recorder.logActivity(activity)
    await recorder.logActivities([activity, activity])
    expect(records()).toHaveLength(3)
  })
})

function manyMembers(): Record<string, number> {
  return Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i]))
}

describe('ids', () => {
  it('are UUIDv7, sort as they were made and never repeat', () => {
    const ids = Array.from({ length: 20_000 }, () => newId())
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids].sort()).toEqual(ids)
    const millis = Number.parseInt((ids[0] as string).replace('-', '').slice(0, 12), 16)
    expect(Math.abs(millis - Date.now())).toBeLessThan(5000)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('follow a clock that was set back', () => {
    const now = Date.now() + 3_600_000
    const ahead = newId(now)
    expect(newId(now - 10) > ahead).toBe(true)
    expect(newId(now - 3_600_000) < ahead).toBe(true)
    vi.restoreAllMocks()
  })
})

// @vitest-environment node
import { context, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { type Activity, ActivityStatus, diff, runWithActivityContext } from './index.js'
import { recording, tracing } from './testing.js'

describe('a wrapped function', () => {
  it('returns what it returned: a value, the same promise', async () => {
    const { recorder, records } = recording()
    const value = {}
    expect(recorder.withActivityLogging('a.b', () => value)).toBe(value)
    const promise = Promise.resolve(value)
    expect(recorder.withActivityLogging('a.b', () => promise)).toBe(promise)
    expect(await promise).toBe(value)
    expect(recorder.withActivityLogging('a.b', () => undefined)).toBeUndefined()
    expect(records().map((r) => r.attributes['activity.status'])).toEqual([
      'success',
      'success',
      'success',
    ])
  })

  it.each<[string, unknown, string, string]>([
    ['an Error', new RangeError('far'), 'failure', 'RangeError'],
    [
      'an Error with a code',
      Object.assign(new Error('dup'), { code: '23505' }),
      'failure',
      '23505',
    ],
    ['a text', 'boom', 'failure', 'string'],
    ['undefined', undefined, 'failure', 'Error'],
    ['null', null, 'failure', 'Error'],
    ['an AbortError', new DOMException('stop', 'AbortError'), 'canceled', 'AbortError'],
    [
      'an abort of Node.js',
      Object.assign(new Error('stop'), { code: 'ABORT_ERR', name: 'AbortError' }),
      'canceled',
      'ABORT_ERR',
    ],
    ['a timeout', new DOMException('late', 'TimeoutError'), 'failure', 'TimeoutError'],
    [
      'an error that throws when it is read',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('message')
        },
      }),
      'failure',
      'Error',
    ],
  ])('throws and rejects with what it threw: %s', async (_, error, status, type) => {
    const { recorder, records } = recording()
    const thrown = catching(() =>
      recorder.withActivityLogging('a.b', () => {
        throw error
      }),
    )
    expect(thrown).toBe(error)
    const rejected = await recorder
      .withActivityLogging('a.b', () => Promise.reject(error))
      .catch((e: unknown) => e)
    expect(rejected).toBe(error)
    for (const record of records()) {
      expect(record.attributes).toMatchObject({ 'activity.status': status, 'error.type': type })
    }
    expect(records()).toHaveLength(2)
  })

  it('returns what throws when it is looked at', () => {
    const { recorder, records } = recording()
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const result = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('then')
      },
    })
    expect(recorder.withActivityLogging('a.b', () => proxy) === proxy).toBe(true)
    expect(recorder.withActivityLogging('a.b', () => result) === result).toBe(true)
    expect(records().map((r) => r.attributes['activity.status'])).toEqual(['success', 'success'])
  })

  it.each<[string, object]>([
    ['the error', { status: 503 }],
    ['its response', { response: { status: 503 } }],
  ])('keeps the status that a client threw on %s', (_, more) => {
    const { recorder, records } = recording()
    const error = Object.assign(new Error('unavailable'), more)
    const thrown = catching(() =>
      recorder.withApiLogging('/v1/charges', 'post', () => {
        throw error
      }),
    )
    expect(thrown).toBe(error)
    expect(records()[0]?.attributes).toMatchObject({
      'http.response.status_code': 503,
      'error.type': 'Error',
      'exception.message': 'unavailable',
    })
  })

  it('awaits a query builder once', async () => {
    const { recorder, records } = recording()
    let runs = 0
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: this is how query builders are
      then(resolve: (value: number) => void) {
        runs++
        resolve(7)
      },
    }
    expect(await recorder.withDatabaseLogging('select', 'users', undefined, () => query)).toBe(7)
    expect(runs).toBe(1)
    expect(records()).toHaveLength(1)
  })

  it('leaves no rejection unhandled but its own', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    const { recorder } = recording()
    await recorder.withActivityLogging('a.b', () => Promise.reject(new Error('x'))).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('is finished by the caller, who may throw', async () => {
    const { recorder, records } = recording()
    const made = await recorder.withActivityLogging('order.place', async () => ({ id: 'o-1' }), {
      finish: (activity, order) => {
        activity.entityType = 'order'
        activity.entityId = order?.id
      },
    })
    expect(made).toEqual({ id: 'o-1' })
    expect(records()[0]?.attributes['activity.entity.id']).toBe('o-1')
    recorder.withActivityLogging('order.place', () => 1, {
      finish: () => {
        throw new Error('finish')
      },
    })
    expect(recorder.repaired).toBe(1)
    expect(records()).toHaveLength(2)
  })

  it('records what changed once it has succeeded', async () => {
    const { recorder, records } = recording()
    const user = { id: 1, email: 'a@example.org', password: 'old', tags: { b: 1, a: [1] } }
    const before = structuredClone(user)
    await recorder.withActivityLogging(
      'user.update',
      async () => {
        user.email = 'b@example.org'
        user.password = 'new'
        user.tags = { a: [1], b: 1 }
      },
      { changes: () => diff(before, user, { mask: ['password'] }) },
    )
    expect(records()[0]?.attributes).toMatchObject({
      'activity.changes.fields': ['email', 'password'],
      'activity.changes.before': { email: 'a@example.org', password: '***' },
      'activity.changes.after': { email: 'b@example.org', password: '***' },
    })
  })
})

describe('a batch', () => {
  it('gathers what is recorded in it', async () => {
    const { recorder, records } = recording()
    await recorder.withBatchLogging('product.import', 3, async (batch) => {
      await Promise.resolve()
      recorder.logActivity({ action: 'product.create' })
      batch.recorder.logActivity({ action: 'product.create' })
      batch.fail()
      batch.fail(Number.NaN)
      batch.fail(1n as never)
    })
    const operations = records().map((r) => r.attributes['activity.operation.id'])
    expect(new Set(operations).size).toBe(1)
    expect(records()[2]?.attributes).toMatchObject({
      'activity.batch.size': 3,
      'activity.batch.failed': 1,
      'activity.operation.id': expect.any(String),
    })
  })
})

describe('an operation', () => {
  it('ends once, elsewhere', () => {
    const { recorder, records } = recording()
    const operation = recorder.beginActivity('export.run', { entityId: 'e-1' })
    operation.run(() => recorder.logActivity({ action: 'export.page' }))
    operation.end({ details: 'done' })
    operation.end({ error: new Error('late') })
    expect(records().map((r) => r.attributes['activity.status'])).toEqual([
      ActivityStatus.PENDING,
      'success',
      'success',
    ])
    for (const record of records()) {
      expect(record.attributes['activity.operation.id']).toBe(operation.operationId)
    }
  })

  it('stays what it was when it began', () => {
    const { recorder, records } = recording()
    const span = tracing().startActiveSpan('request', (span) => span)
    const operation = context.with(trace.setSpan(context.active(), span), () =>
      runWithActivityContext({ actor: { id: 'u-1' } }, () => recorder.beginActivity('export.run')),
    )
    runWithActivityContext({ actor: { id: 'u-2' }, projectId: 'other' }, () => operation.end())
    expect(records()[1]?.attributes['user.id']).toBe('u-1')
    expect(records()[1]?.attributes).not.toHaveProperty('activity.project.id')
    expect(records()[1]?.spanContext?.traceId).toBe(span.spanContext().traceId)
  })

  it.each<[string, Partial<Activity>, unknown]>([
    ['succeeds', {}, ['status']],
    ['fails', { error: new Error('x') }, undefined],
    ['says otherwise', { changes: { fields: ['total'] } }, ['total']],
  ])('records what changed if it %s', (_, outcome, fields) => {
    const { recorder, records } = recording()
    recorder.beginActivity('a.b', { changes: () => ({ fields: ['status'] }) }).end(outcome)
    expect(records()[0]?.attributes).not.toHaveProperty('activity.changes.fields')
    expect(records()[1]?.attributes['activity.changes.fields']).toEqual(fields)
  })
})

describe('diff', () => {
  it('tells made from removed', () => {
    expect(diff(null, { a: 1 })).toEqual({ before: {}, after: { a: 1 }, fields: ['a'] })
    expect(diff({ a: 1 }, undefined)).toEqual({ before: { a: 1 }, after: {}, fields: ['a'] })
    expect(diff({ a: 1, b: 2 }, { a: 1, b: 3, c: 1 }, { omit: ['c'] }).fields).toEqual(['b'])
    expect(diff(undefined, null).fields).toEqual([])
  })
})

function catching(fn: () => unknown): unknown {
  try {
    fn()
  } catch (error) {
    return error
  }
  return 'nothing was thrown'
}

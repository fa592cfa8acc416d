// @vitest-environment node
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logs } from '@opentelemetry/api-logs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  dropped,
  flush,
  flushAfter,
  logActivities,
  logActivity,
  type Pipeline,
  queueSize,
  type SetupOptions,
  setup,
  type Tier,
} from '../index.js'
import { tracing } from '../testing.js'
import { attribute, Endpoint } from './endpoint.testing.js'

const tiers: Tier[] = ['best_effort', 'durable', 'confirm']
const folders: string[] = []
const endpoints: Endpoint[] = []
const pipelines: Pipeline[] = []

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.shutdown(1)
  for (const endpoint of endpoints.splice(0)) await endpoint.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  logs.disable()
})

async function listening(): Promise<Endpoint> {
  const endpoint = await new Endpoint().start()
  endpoints.push(endpoint)
  return endpoint
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'))
  folders.push(folder)
  return folder
}

function start(endpoint: Endpoint, options: SetupOptions = {}) {
  const lost: { count: number; calls: number; reasons: Set<string> } = {
    count: 0,
    calls: 0,
    reasons: new Set(),
  }
  const pipeline = setup({
    endpoint: endpoint.url,
    serviceName: 'shop',
    gatherTime: 10,
    global: false,
    flushOnExit: false,
    onDrop: (count, reason) => {
      lost.count += count
      lost.calls++
      lost.reasons.add(reason)
    },
    ...options,
    spool: { folder: options.tier === 'durable' ? newFolder() : undefined, ...options.spool },
  })
  pipelines.push(pipeline)
  return { pipeline, lost, recorder: pipeline.recorder }
}

describe.each(tiers)('the tier %s', (tier) => {
  it('delivers, and says so', async () => {
    const endpoint = await listening()
    const { pipeline, recorder } = start(endpoint, { tier, headers: { authorization: 'Bearer x' } })
    const outcomes = await Promise.all(
      Array.from({ length: 1200 }, (_, i) => recorder.logActivity({ action: 'a.b', entityId: i })),
    )
    const state = { best_effort: 'queued', durable: 'stored', confirm: 'acknowledged' }[tier]
    expect(new Set(outcomes.map((o) => o.state))).toEqual(new Set([state]))
    expect(await pipeline.flush()).toBe(true)
    expect(endpoint.ids.size).toBe(1200)
    expect(endpoint.records).toHaveLength(1200)
    expect(endpoint.requests).toBeLessThan(10)
    expect(endpoint.headers).toMatchObject({ authorization: 'Bearer x' })
    expect([pipeline.delivered(), pipeline.dropped(), pipeline.queueSize()]).toEqual([1200, 0, 0])
  })

  it('loses no other record with one that is refused', async () => {
    const endpoint = await listening()
    endpoint.poison = 'poison'
    endpoint.reject = 'reject'
    const { pipeline, recorder, lost } = start(endpoint, { tier })
    const outcomes = await Promise.all(
      ['good', 'poison', 'good', 'reject', 'good'].flatMap((action) =>
        Array.from({ length: 7 }, () => recorder.logActivity({ action })),
      ),
    )
    await pipeline.flush()
    expect(endpoint.ids.size).toBe(21)
    expect(pipeline.dropped()).toBe(14)
    expect(pipeline.delivered()).toBe(21)
    await pipeline.shutdown()
    expect(lost.count).toBe(14)
    if (tier === 'confirm') expect(outcomes.filter((o) => o.state === 'dropped')).toHaveLength(14)
  })

  it('is not blocked by a record that a Collector fails over', async () => {
    const endpoint = await listening()
    endpoint.poison = 'poison'
    endpoint.poisonStatus = 500
    const { pipeline, recorder } = start(endpoint, { tier })
    for (const action of ['good', 'poison', 'good']) void recorder.logActivity({ action })
    expect(await pipeline.flush()).toBe(true)
    expect([pipeline.delivered(), pipeline.dropped()]).toEqual([2, 1])
  })

  it('keeps everything while its sender is refused, and says so', async () => {
    const endpoint = await listening()
    endpoint.poison = 'a.b'
    endpoint.poisonStatus = 401
    const { pipeline, recorder, lost } = start(endpoint, { tier })
    void recorder.logActivity({ action: 'a.b' })
    await vi.waitFor(() => expect(lost.calls).toBe(1))
    expect([...lost.reasons][0]).toContain('nothing is taken by the Collector')
    endpoint.poison = ''
    expect(await pipeline.flush()).toBe(true)
    expect([pipeline.delivered(), pipeline.dropped(), lost.count]).toEqual([1, 0, 0])
  })

  it('waits for a Collector that is away, and for one that is too busy', async () => {
    const endpoint = await listening()
    await endpoint.stop()
    const { pipeline, recorder, lost } = start(endpoint, { tier })
    const outcomes = Array.from({ length: 50 }, () => recorder.logActivity({ action: 'a.b' }))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(pipeline.queueSize()).toBe(50)
    endpoint.failures = [503, 429]
    await endpoint.start()
    await Promise.all(outcomes)
    expect(await pipeline.flush()).toBe(true)
    expect(endpoint.ids.size).toBe(50)
    expect(lost.count).toBe(0)
  })
})

describe('a pipeline', () => {
  it('counts exactly what does not fit, and tells without a flood', async () => {
    const endpoint = await listening()
    await endpoint.stop()
    const { pipeline, recorder, lost } = start(endpoint, { queueSize: 100 })
    const last = await Promise.all(
      Array.from({ length: 1000 }, () => recorder.logActivity({ action: 'a.b' })),
    ).then((all) => all.at(-1))
    expect(last).toEqual({ state: 'dropped', reason: 'the queue is full' })
    expect([pipeline.queueSize(), pipeline.dropped()]).toEqual([100, 900])
    expect(await pipeline.flush(20)).toBe(false)
    await pipeline.shutdown(1)
    expect(pipeline.dropped()).toBe(1000)
    expect(lost.count).toBe(1000)
    expect(lost.calls).toBeLessThan(5)
    expect(await recorder.logActivity({ action: 'a.b' })).toMatchObject({ state: 'dropped' })
  })

  it('ends a confirmation that takes too long', async () => {
    const endpoint = await listening()
    await endpoint.stop()
    const { recorder } = start(endpoint, { tier: 'confirm', confirmTimeout: 50 })
    const outcome = await recorder.logActivity({ action: 'a.b' })
    expect(outcome.state).toBe('dropped')
    expect(outcome.reason).toContain('not sent in time')
  })

  it('sends each kind of value, the trace and the resource', async () => {
    const endpoint = await listening()
    const { pipeline, recorder } = start(endpoint, { environment: 'test', serviceVersion: '1.0' })
    const span = tracing().startActiveSpan('request', (s) => {
      recorder.logActivity({
        action: 'a.b',
        details: 'ä',
        timestamp: new Date('2026-01-02T03:04:05.678Z'),
        metadata: {
          n: 1,
          d: 1.5,
          t: true,
          l: [1],
          x: null,
          b: Uint8Array.of(255),
          nan: Number.NaN,
        },
      })
      return s
    })
    await pipeline.flush()
    const [record] = endpoint.records
    expect(record).toMatchObject({
      eventName: 'a.b',
      timeUnixNano: '1767323045678000000',
      traceId: span.spanContext().traceId,
      body: { stringValue: 'ä' },
    })
    expect(record && attribute(record, 'activity.metadata')).toEqual({
      values: [
        { key: 'n', value: { intValue: '1' } },
        { key: 'd', value: { doubleValue: 1.5 } },
        { key: 't', value: { boolValue: true } },
        { key: 'l', value: { arrayValue: { values: [{ intValue: '1' }] } } },
        { key: 'x', value: {} },
        { key: 'b', value: { bytesValue: '/w==' } },
        { key: 'nan', value: { stringValue: 'NaN' } },
      ],
    })
    expect(endpoint.resources[0]).toEqual(
      expect.arrayContaining([
        { key: 'service.name', value: { stringValue: 'shop' } },
        { key: 'service.version', value: { stringValue: '1.0' } },
        { key: 'deployment.environment.name', value: { stringValue: 'test' } },
      ]),
    )
  })

  it('takes log records of anybody, whatever is in them', async () => {
    const endpoint = await listening()
    const { pipeline } = start(endpoint)
    const logger = pipeline.loggerProvider.getLogger('other', '2.0')
    logger.emit({ body: 'lone \uD800', timestamp: Date.now() })
    logger.emit({
      timestamp: new Date('9999-01-01'),
      attributes: { inf: Number.POSITIVE_INFINITY },
    })
    logger.emit({ timestamp: new Date('1960-01-01'), attributes: { big: 2 ** 60, un: undefined } })
    await pipeline.flush()
    expect(endpoint.records).toHaveLength(3)
    expect(endpoint.records[0]?.body).toEqual({ stringValue: 'lone \uFFFD' })
    expect(endpoint.records[1]?.timeUnixNano).toBeUndefined()
  })

  it('is the one of the module once it is set up', async () => {
    const endpoint = await listening()
    const repaired: string[] = []
    start(endpoint, { global: true, onRepair: (r) => repaired.push(...r.repairs) })
    await logActivity({ action: 'a.b', metadata: { n: Number.NaN } })
    expect(repaired).toEqual(['nonfinite'])
    await logActivities(Array.from({ length: 10 }, () => ({ action: 'a.b' })))
    expect(queueSize()).toBe(11)
    expect(await flush()).toBe(true)
    expect([queueSize(), dropped(), endpoint.ids.size]).toEqual([0, 0, 11])
    const handler = flushAfter(async (name: string) => {
      logActivity({ action: name })
      return 7
    })
    expect(await handler('c.d')).toBe(7)
    expect(endpoint.ids.size).toBe(12)
    const failing = flushAfter(() => {
      logActivity({ action: 'e.f' })
      throw new Error('boom')
    })
    await expect(failing()).rejects.toThrow('boom')
    expect(endpoint.ids.size).toBe(13)
  })

  it('tells a serverless platform what to wait for', async () => {
    const endpoint = await listening()
    const promises: Promise<unknown>[] = []
    const { recorder } = start(endpoint, { waitUntil: (p) => promises.push(p) })
    for (let i = 0; i < 5; i++) recorder.logActivity({ action: 'a.b' })
    expect(promises).toHaveLength(1)
    await promises[0]
    expect(endpoint.ids.size).toBe(5)
  })

  it('refuses what it does not know', async () => {
    expect(() => setup({ tier: 'sure' as Tier, global: false })).toThrow('use best_effort, durable')
    expect(() => setup({ endpoint: 'collector', global: false })).toThrow()
  })

  it('does not grow while the Collector is gone', async () => {
    const endpoint = await listening()
    await endpoint.stop()
    const { pipeline, recorder } = start(endpoint, { queueSize: 500 })
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 200; i++) recorder.logActivity({ action: 'a.b' })
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(pipeline.queueSize()).toBeLessThanOrEqual(500)
    }
    expect(pipeline.dropped()).toBe(9500)
  })
})

describe('a spool', () => {
  it('is left to the next process, and goes when it is empty', async () => {
    const endpoint = await listening()
    await endpoint.stop()
    const folder = newFolder()
    const first = start(endpoint, { tier: 'durable', spool: { folder, fsync: true } })
    for (let i = 0; i < 30; i++) await first.recorder.logActivity({ action: 'a.b' })
    await first.pipeline.shutdown(1)
    expect(first.lost.count).toBe(0)
    expect(await first.recorder.logActivity({ action: 'a.b' })).toMatchObject({ state: 'dropped' })

    await endpoint.start()
    const second = start(endpoint, { tier: 'durable', spool: { folder } })
    // It is the same process, whose journals are not taken over.
    expect(await second.pipeline.flush()).toBe(true)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('that is full drops and counts', async () => {
    const endpoint = await listening()
    await endpoint.stop()
    const { pipeline, recorder, lost } = start(endpoint, {
      tier: 'durable',
      spool: { maxBytes: 1 << 16 },
    })
    for (let i = 0; i < 1000; i++) recorder.logActivity({ action: 'a.b' })
    expect(pipeline.queueSize()).toBeGreaterThan(50)
    expect(pipeline.dropped()).toBe(1000 - pipeline.queueSize())
    expect(lost.reasons).toEqual(new Set(['the spool is full']))
  })
})

// Measures what recording an activity costs an application, against emitting the same
// record through OpenTelemetry's own API and batch processor by hand.
//
//   node bench/sdk.mjs [minutes that the Collector stays away in the last part]
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { ActivityRecorder, setup } from '../dist/index.js'
import { bundleSize } from './bundle.mjs'

const callsPerRound = 1000
const rounds = 200
const situationRounds = 40
const minutesAway = Number(process.argv[2] ?? 10)

const say = (line) => process.stdout.write(`${line}\n`)
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis))
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

/** OpenTelemetry's batch processor, in front of an exporter that does nothing. */
function newProvider() {
  const exporter = {
    export: (_, done) => done({ code: 0 }),
    shutdown: async () => {},
    forceFlush: async () => {},
  }
  const processor = new BatchLogRecordProcessor({ exporter })
  return { provider: new LoggerProvider({ processors: [processor] }), processor }
}

const context = { actor: { id: 'u-42' }, projectId: 'acme' }

const activity = () => ({
  action: 'order.refund',
  entityType: 'order',
  entityId: '4711',
  operationId: 'checkout-7',
  details: 'Refunded 12.50 EUR',
  reason: 'damaged',
})

/** Emits the record that the activity becomes, with an id that costs nothing. */
function emitByHand(logger) {
  const now = new Date()
  logger.emit({
    eventName: 'order.refund',
    timestamp: now,
    observedTimestamp: now,
    severityNumber: 9,
    severityText: 'info',
    body: 'Refunded 12.50 EUR',
    attributes: {
      'log.record.uid': '01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60',
      'activity.action': 'order.refund',
      'activity.source': 'user',
      'activity.status': 'success',
      'activity.entity.type': 'order',
      'activity.entity.id': '4711',
      'user.id': 'u-42',
      'activity.project.id': 'acme',
      'activity.operation.id': 'checkout-7',
      'activity.reason': 'damaged',
    },
  })
}

function time(call) {
  const started = performance.now()
  for (let i = 0; i < callsPerRound; i++) call()
  return performance.now() - started
}

/** An OTLP endpoint in a process of its own, so that it takes none of ours. */
async function endpoint(delay) {
  const file = fileURLToPath(new URL('./endpoint.mjs', import.meta.url))
  const child = fork(file, [String(delay)])
  const port = await new Promise((resolve) => child.once('message', resolve))
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() }
}

async function compare() {
  const byHand = newProvider()
  const recorded = newProvider()
  const server = await endpoint(0)
  const pipeline = setup({ endpoint: server.url, global: false, flushOnExit: false })
  const logger = byHand.provider.getLogger('bench')
  const recorder = new ActivityRecorder({ ...context, loggerProvider: recorded.provider })
  const own = pipeline.makeRecorder(context)
  const subjects = [
    { call: () => emitByHand(logger), flush: () => byHand.processor.forceFlush(), times: [] },
    {
      call: () => recorder.logActivity(activity()),
      flush: () => recorded.processor.forceFlush(),
      times: [],
    },
    { call: () => own.logActivity(activity()), flush: () => pipeline.flush(), times: [] },
  ]
  for (let i = -20; i < rounds; i++) {
    for (let n = 0; n < subjects.length; n++) {
      const subject = subjects[(n + rounds + i) % subjects.length]
      const took = time(subject.call)
      await subject.flush()
      if (i >= 0) subject.times.push(took) // before that, it is compiled
    }
  }
  const [emit, record, setUp] = subjects.map((s) => median(s.times))
  say(
    `${rounds} alternating rounds of ${callsPerRound} calls, medians a call: emit ${emit.toFixed(2)} µs, ` +
      `logActivity ${record.toFixed(2)} µs, over setup() ${setUp.toFixed(2)} µs`,
  )
  const ratio = (times) => median(times.map((t, i) => t / subjects[0].times[i])).toFixed(3)
  say(`RESULT sdk_ts_vs_otel_emit ${ratio(subjects[1].times)} ratio`)
  say(`RESULT sdk_ts_setup_vs_otel_emit ${ratio(subjects[2].times)} ratio`)
  await pipeline.shutdown()
  server.stop()
}

/** A thousand calls at once, and the same as one list, as an application does it. */
async function situation(tier, name) {
  const server = await endpoint(name === 'slow' ? 1000 : 0)
  if (name === 'gone') server.stop()
  const folder = mkdtempSync(join(tmpdir(), 'sdk-spool-'))
  const pipeline = setup({
    tier,
    endpoint: server.url,
    spool: { folder },
    global: false,
    flushOnExit: false,
  })
  const recorder = pipeline.makeRecorder(context)
  const times = []
  for (let i = -5; i < situationRounds; i++) {
    const calls = time(() => recorder.logActivity(activity()))
    const started = performance.now()
    await recorder.logActivities(Array.from({ length: callsPerRound }, activity))
    const list = performance.now() - started
    if (i >= 0) times.push(Math.max(calls, list))
    await sleep(20)
  }
  await pipeline.shutdown(1)
  server.stop()
  rmSync(folder, { recursive: true, force: true })
  return median(times)
}

async function situations() {
  for (const tier of ['best_effort', 'durable']) {
    let worst = 0
    for (const name of ['up', 'slow', 'gone']) {
      const millis = await situation(tier, name)
      say(`a thousand calls with the tier ${tier}, Collector ${name}: ${millis.toFixed(2)} ms`)
      worst = Math.max(worst, millis)
    }
    const label = tier === 'durable' ? 'sdk_ts_durable_1000_calls_ms' : 'sdk_ts_1000_calls_ms'
    say(`RESULT ${label} ${worst.toFixed(3)} ms`)
  }
}

/** Records at a steady rate while the Collector is away. */
async function soak() {
  const pipeline = setup({ endpoint: 'http://127.0.0.1:1', global: false, flushOnExit: false })
  const recorder = pipeline.makeRecorder(context)
  while (pipeline.dropped() === 0) recorder.logActivity(activity())
  await sleep(1000)
  const before = heap()
  for (const end = Date.now() + minutesAway * 60_000; Date.now() < end; await sleep(10)) {
    for (let i = 0; i < 10; i++) recorder.logActivity(activity())
  }
  const grown = heap() - before
  say(
    `the Collector was gone for ${minutesAway} minutes: ${pipeline.dropped()} activities dropped and counted`,
  )
  say(`RESULT sdk_ts_gone_heap_mb ${grown.toFixed(1)} MB`)
  await pipeline.shutdown(1)
}

function heap() {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / (1 << 20)
}

say(`RESULT sdk_ts_bundle_gz_kb ${(await bundleSize()).toFixed(2)} kB`)
await compare()
await situations()
await soak()

import { homedir } from 'node:os'
import { join } from 'node:path'
import { DurableTier } from './durable.js'
import { pairs, programFromEnvironment } from './environment.js'
import type { SetupOptions, Tier } from './options.js'
import { type Pipeline, type Platform, startPipeline } from './pipeline.js'

/** How long the end of a program waits, in ms. */
const farewellTimeout = 5000

const platform: Platform = { options: fromEnvironment, durable: (c) => new DurableTier(c), onExit }

/**
 * Sends activities to a Collector, in one line:
 *
 *     setup({ serviceName: 'shop' })
 *
 * OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME and their like are read as anywhere.
 */
export function setup(options: SetupOptions = {}): Pipeline {
  return startPipeline(options, platform)
}

function fromEnvironment(given: SetupOptions): SetupOptions {
  const { env } = process
  const endpoint = env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT
  const headers = env.OTEL_EXPORTER_OTLP_LOGS_HEADERS ?? env.OTEL_EXPORTER_OTLP_HEADERS
  return {
    ...given,
    ...programFromEnvironment(given),
    tier: given.tier ?? (env.OTEL_ACTIVITY_TIER as Tier | undefined) ?? 'best_effort',
    endpoint: given.endpoint ?? (endpoint || undefined),
    headers: { ...pairs(headers), ...given.headers },
    spool: {
      ...given.spool,
      folder: given.spool?.folder ?? env.OTEL_ACTIVITY_SPOOL ?? cacheFolder(),
    },
  }
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'otel-activity', 'spool')
}

/** Sends what waits when the program ends by itself or is told to. */
function onExit(pipeline: Pipeline): () => void {
  let flushed = false
  const beforeExit = () => {
    if (flushed || pipeline.queueSize() === 0) return
    flushed = true // it is told again when the loop is empty again
    void pipeline.flush(farewellTimeout)
  }
  const onSignal = (signal: NodeJS.Signals) => {
    const sent = pipeline.flush(farewellTimeout)
    // Where the application listens too, the end is its business. Else our listening is
    // what keeps the signal from ending the program.
    if (process.listenerCount(signal) > 1) return
    void sent.finally(() => {
      process.off(signal, onSignal)
      process.kill(process.pid, signal)
    })
  }
  process.on('beforeExit', beforeExit)
  const exit = () => pipeline.abandon()
  process.on('exit', exit)
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return () => {
    process.off('beforeExit', beforeExit)
    process.off('exit', exit)
    process.off('SIGTERM', onSignal)
    process.off('SIGINT', onSignal)
  }
}

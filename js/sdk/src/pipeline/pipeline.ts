import { logs } from '@opentelemetry/api-logs'
import { ActivityRecorder } from '../activityRecorder.js'
import type { Outcome } from '../outcome.js'
import { type RecorderOptions, setRepairHandler } from '../recorder.js'
import { Drops } from './drops.js'
import { encodeResource } from './encode.js'
import type { ProgramOptions, SetupOptions } from './options.js'
import { PipelineProvider } from './provider.js'
import type { Emitted, TierContext, TierPipeline } from './tier.js'
import { MemoryTier } from './tier.js'

/** What the platform adds: Node.js the disk, the environment and the end of the program. */
export interface Platform {
  /** Completes options by the environment. */
  options(options: SetupOptions): SetupOptions
  durable(context: TierContext): TierPipeline
  /** Calls when the program, or the page, may end; returns what undoes it. */
  onExit(pipeline: Pipeline): () => void
}

const defaultEndpoint = 'http://localhost:4318'
/** How long `flush` and `shutdown` take at most unless they are told, in ms. */
const defaultFlushTimeout = 10_000

/** Takes activities to the Collector. */
export class Pipeline {
  /** For loggers of one's own. */
  readonly loggerProvider: PipelineProvider
  /** Records through this pipeline. */
  readonly recorder: ActivityRecorder
  readonly #tier: TierPipeline
  readonly #drops: Drops
  readonly #leave: () => void
  #delivered = 0
  #ended: Promise<void> | undefined
  #kept = false

  constructor(given: SetupOptions, platform: Platform) {
    const options = platform.options(given)
    this.#drops = new Drops(options.onDrop ?? (() => undefined))
    const context: TierContext = {
      options,
      drops: this.#drops,
      delivered: (count) => {
        this.#delivered += count
      },
      resource: encodeResource(resourceOf(options)),
      transport: {
        url: logsUrl(options.endpoint ?? defaultEndpoint),
        headers: options.headers ?? {},
        fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      },
    }
    this.#tier = makeTier(context, platform)
    this.loggerProvider = new PipelineProvider((emitted) => this.#emit(emitted, options.waitUntil))
    this.recorder = this.makeRecorder(options.onRepair ? { onRepair: options.onRepair } : {})
    this.#leave = options.flushOnExit === false ? () => undefined : platform.onExit(this)
  }

  /** A recorder with defaults over this pipeline. */
  makeRecorder(options: RecorderOptions): ActivityRecorder {
    return new ActivityRecorder({ ...options, loggerProvider: this.loggerProvider })
  }

  /** How many activities wait: in memory, or in the spool. */
  queueSize(): number {
    return this.#tier.size
  }

  /** How many activities are lost; `onDrop` is told why. */
  dropped(): number {
    return this.#drops.total
  }

  /** How many activities the Collector has acknowledged. */
  delivered(): number {
    return this.#delivered
  }

  /** Resolves with true when nothing waits any more, with false when the time is over, in ms. */
  flush(timeout = defaultFlushTimeout): Promise<boolean> {
    return this.#tier.flush(timeout)
  }

  /** Counts what waits in memory as lost: the program ends. */
  abandon(): void {
    this.#tier.abandon?.()
  }

  /** Sends what fits into the last request of a page that goes away. */
  farewell(): void {
    this.#tier.farewell?.()
  }

  /**
   * Sends what waits and ends the pipeline. What is not sent in that time is lost and
   * counted, or with `durable` sent by the next process.
   */
  shutdown(timeout = defaultFlushTimeout): Promise<void> {
    this.#ended ??= this.#shutdown(timeout)
    return this.#ended
  }

  async #shutdown(timeout: number): Promise<void> {
    this.#leave()
    await this.#tier.shutdown(timeout)
    this.#drops.close()
  }

  /** A serverless platform keeps the function alive for what it is told to wait for. */
  #emit(emitted: Emitted, waitUntil: SetupOptions['waitUntil']): Promise<Outcome> {
    const outcome = this.#tier.emit(emitted)
    if (waitUntil && !this.#kept) {
      this.#kept = true
      const sent = Promise.resolve()
        .then(() => this.flush())
        .finally(() => {
          this.#kept = false
        })
      waitUntil(sent)
    }
    return outcome
  }
}

function makeTier(context: TierContext, platform: Platform): TierPipeline {
  const { tier = 'best_effort' } = context.options
  switch (tier) {
    case 'best_effort':
      return new MemoryTier(context, false)
    case 'confirm':
      return new MemoryTier(context, true)
    case 'durable':
      return platform.durable(context)
    default:
      throw new RangeError(`the tier is ${String(tier)}: use best_effort, durable or confirm`)
  }
}

/** The attributes of a program. */
export function resourceOf(options: ProgramOptions) {
  return {
    'service.name': options.serviceName ?? 'unknown_service',
    ...(options.serviceVersion && { 'service.version': options.serviceVersion }),
    ...(options.environment && { 'deployment.environment.name': options.environment }),
    'telemetry.sdk.name': '@otel-activity/sdk',
    ...options.resource,
  }
}

/** An endpoint is the root of OTLP unless it names the path of logs itself. */
function logsUrl(endpoint: string): string {
  const url = new URL(endpoint)
  if (!url.pathname.endsWith('/v1/logs'))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/logs`
  return url.href
}

let current: Pipeline | undefined

/** Makes a pipeline, and its provider the global one unless it is told not to. */
export function startPipeline(options: SetupOptions, platform: Platform): Pipeline {
  const pipeline = new Pipeline(options, platform)
  if (options.global !== false) {
    if (current) {
      void current.shutdown()
      logs.disable()
    }
    logs.setGlobalLoggerProvider(pipeline.loggerProvider)
    setRepairHandler(options.onRepair)
    current = pipeline
  }
  return pipeline
}

/** How many activities wait in the pipeline that `setup` has made. */
export function queueSize(): number {
  return current?.queueSize() ?? 0
}

/** How many activities that pipeline has lost. */
export function dropped(): number {
  return current?.dropped() ?? 0
}

/** Sends what waits in that pipeline; resolves with false when the time is over, in ms. */
export function flush(timeout?: number): Promise<boolean> {
  return current?.flush(timeout) ?? Promise.resolve(true)
}

/** Wraps a serverless handler so that its activities are sent before it is frozen. */
export function flushAfter<A extends unknown[], R>(
  handler: (...args: A) => R | Promise<R>,
  timeout?: number,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await handler(...args)
    } finally {
      await flush(timeout)
    }
  }
}

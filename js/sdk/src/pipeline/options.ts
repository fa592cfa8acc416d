import type { Repaired } from '../repair.js'

/**
 * How safe an activity is when the promise of its call has settled:
 * - `best_effort`: it waits in memory; lost with the process, and when the queue is full
 * - `durable`: it is in a file and will be sent, by the next process if this one dies
 * - `confirm`: the Collector has acknowledged it, or the outcome says why not
 */
export type Tier = 'best_effort' | 'durable' | 'confirm'

/** What `setup` takes; on Node.js the usual OTEL_* variables are read too. */
export interface SetupOptions {
  /** `best_effort`, or what OTEL_ACTIVITY_TIER says, unless it is given. */
  tier?: Tier | undefined
  /** The Collector's OTLP endpoint over HTTP: `https://collector.example:4318`. */
  endpoint?: string | undefined
  /** Sent with each request, such as an authorization. */
  headers?: Record<string, string> | undefined
  serviceName?: string | undefined
  serviceVersion?: string | undefined
  /** The deployment: `production`. */
  environment?: string | undefined
  /** More attributes of the program. */
  resource?: Record<string, string | number | boolean> | undefined
  /** How many activities wait in memory at most; 16,384 unless it is given. */
  queueSize?: number | undefined
  /** How long the first activity waits for others to go with it, in ms; 1,000 unless it is given. */
  gatherTime?: number | undefined
  /** How long a call with `confirm` waits, in ms; 10,000 unless it is given. */
  confirmTimeout?: number | undefined
  /** Where activities wait with `durable`; it must outlive the container. */
  spool?:
    | {
        /** OTEL_ACTIVITY_SPOOL names it too; unless one does it is in the user's folder for caches. */
        folder?: string | undefined
        /** In bytes; 256 MiB unless it is given. */
        maxBytes?: number | undefined
        /** Waits for the disk itself, so that activities survive the end of the machine. */
        fsync?: boolean | undefined
      }
    | undefined
  /**
   * Is told how many activities were lost and why, at most once a second for each reason;
   * 0 when nothing is lost, but nothing is taken either, with a wrong token say.
   */
  onDrop?: ((count: number, reason: string) => void) | undefined
  /** Is told of each activity that had to be repaired. */
  onRepair?: ((repaired: Repaired) => void) | undefined
  /** Keeps a serverless function alive until its activities are sent: Vercel's `waitUntil`. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined
  /** False leaves the global LoggerProvider as it is. */
  global?: boolean | undefined
  /** False leaves the end of the program, or of the page, to the application. */
  flushOnExit?: boolean | undefined
  /** Instead of the global fetch. */
  fetch?: typeof globalThis.fetch | undefined
}

/** What describes a program. */
export type ProgramOptions = Pick<
  SetupOptions,
  'serviceName' | 'serviceVersion' | 'environment' | 'resource'
>

export const defaultQueueSize = 16_384
export const defaultGatherTime = 1000
export const defaultConfirmTimeout = 10_000
/** How many activities a request has at most. */
export const maxBatch = 512
/** How long a batch is tried with `best_effort`, in ms. */
export const patience = 300_000

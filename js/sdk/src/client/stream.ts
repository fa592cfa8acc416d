import { ActivityError, isAbort, isProblem, toActivityError } from './problem.js'
import type { Activity } from './schema.gen.js'
import { createEventParser, type ServerEvent } from './sse.js'

export type StreamState = 'connecting' | 'live' | 'lost'

export interface StreamHandlers {
  onActivities: (activities: Activity[]) => void
  /** The server left out this many because this client did not keep up. */
  onDropped?: (count: number) => void
  onState?: (state: StreamState, error?: ActivityError) => void
}

/** Longer than two heartbeats of 15 s: a connection that is silent for so long is dead. */
const silenceMs = 40_000
const firstDelayMs = 500
const maxDelayMs = 15_000

/** Opens the stream, from an event id when there is one. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>

/**
 * Follows a stream until the returned function is called: reconnects from the last
 * event with growing pauses, and ends by itself only when the server says that this
 * client may not read it (400, 401, 403, 404).
 */
export function follow(open: OpenStream, handlers: StreamHandlers): () => void {
  const stop = new AbortController()
  void run(open, handlers, stop.signal)
  return () => stop.abort()
}

async function run(open: OpenStream, handlers: StreamHandlers, stopped: AbortSignal) {
  let lastEventId: string | undefined
  let attempt = 0
  while (!stopped.aborted) {
    handlers.onState?.('connecting')
    let failure: ActivityError | undefined
    try {
      await readOnce(
        lastEventId,
        open,
        stopped,
        (event) => {
          if (event.id !== undefined) lastEventId = event.id
          attempt = 0
          dispatch(event, handlers)
        },
        () => handlers.onState?.('live'),
      )
    } catch (error) {
      if (stopped.aborted) return
      failure = isAbort(error) ? undefined : toActivityError(error)
    }
    if (stopped.aborted) return
    handlers.onState?.('lost', failure)
    if (failure && isFinal(failure.status)) return
    await pause(delay(attempt++), stopped)
  }
}

function isFinal(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 404
}

/** Doubles up to the limit; the random part keeps many pages from coming back at once. */
function delay(attempt: number): number {
  const full = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
  return full / 2 + (Math.random() * full) / 2
}

async function readOnce(
  lastEventId: string | undefined,
  open: OpenStream,
  stopped: AbortSignal,
  onEvent: (event: ServerEvent) => void,
  onOpen: () => void,
) {
  const connection = new AbortController()
  const abort = () => connection.abort()
  stopped.addEventListener('abort', abort)
  let watchdog = setTimeout(abort, silenceMs)
  try {
    const response = await open(lastEventId, connection.signal)
    if (!response.body) return
    onOpen()
    const reader = response.body.getReader()
    const decoder = new TextDecoder()
    const parse = createEventParser()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(watchdog)
      watchdog = setTimeout(abort, silenceMs)
      for (const event of parse(decoder.decode(value, { stream: true }))) onEvent(event)
    }
  } finally {
    clearTimeout(watchdog)
    stopped.removeEventListener('abort', abort)
  }
}

function dispatch(event: ServerEvent, handlers: StreamHandlers) {
  if (event.type === 'heartbeat') return
  const body: unknown = JSON.parse(event.data)
  if (event.type === 'activities' && Array.isArray(body)) {
    handlers.onActivities(body as Activity[])
  } else if (event.type === 'dropped' && isCount(body)) {
    handlers.onDropped?.(body.count)
  } else if (event.type === 'problem' && isProblem(body)) {
    throw new ActivityError(body)
  }
}

function isCount(body: unknown): body is { count: number } {
  return typeof body === 'object' && body !== null && 'count' in body
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stopped.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stopped.addEventListener('abort', done)
  })
}

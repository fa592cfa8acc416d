import { context, createContextKey } from '@opentelemetry/api'
import { messageOf } from '../repair.js'

/** What became of one request. */
export interface Attempt {
  acknowledged: boolean
  /** The server will not take these records, or not all of them. */
  refused: boolean
  /** Why, or why it was not acknowledged. */
  reason: string
  /** How long the server wants to be left alone, in ms. */
  retryAfter: number
}

export interface TransportSettings {
  url: string
  headers: Record<string, string>
  fetch: typeof globalThis.fetch
}

/** How long a request may take, in ms. */
const timeout = 10_000
const refusing = [400, 413, 422]
/** That of `suppressTracing` of @opentelemetry/core: nobody wants a trace of these requests. */
const suppressTracing = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** Sends a request to an OTLP endpoint. It never rejects. */
export async function post(
  settings: TransportSettings,
  body: string,
  signal?: AbortSignal,
  keepalive = false,
): Promise<Attempt> {
  try {
    const response = await context.with(context.active().setValue(suppressTracing, true), () =>
      settings.fetch(settings.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...settings.headers },
        body,
        keepalive,
        signal: signal
          ? AbortSignal.any([signal, AbortSignal.timeout(timeout)])
          : AbortSignal.timeout(timeout),
      }),
    )
    return await read(response)
  } catch (error) {
    return { acknowledged: false, refused: false, reason: messageOf(error), retryAfter: 0 }
  }
}

async function read(response: Response): Promise<Attempt> {
  const text = await response.text()
  const { rejected, message } = partialSuccess(text)
  const seconds = Number(response.headers.get('retry-after'))
  return {
    acknowledged: response.ok,
    refused: refusing.includes(response.status) || (response.ok && rejected > 0),
    reason: message || `the Collector answered ${response.status}`,
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : 0,
  }
}

function partialSuccess(text: string): { rejected: number; message: string } {
  try {
    const { partialSuccess } = JSON.parse(text) as {
      partialSuccess?: { rejectedLogRecords?: string | number; errorMessage?: string }
    }
    return {
      rejected: Number(partialSuccess?.rejectedLogRecords ?? 0),
      message: partialSuccess?.errorMessage ?? '',
    }
  } catch {
    return { rejected: 0, message: '' }
  }
}

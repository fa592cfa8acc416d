import { context, createContextKey } from '@opentelemetry/api'
import { messageOf } from '../repair.js'

/**
 * What a server has against a request. OTLP says which answers are final; it does not say
 * for what, and that decides what is to be lost:
 * - `records`: it will never take these records, or not all of them
 * - `failing`: it fails, over these records or over everything; so does a Collector answer
 *   whose pipeline has refused records for good
 * - `sender`: it takes nothing with these headers or at this address
 */
export type Refusal = 'records' | 'failing' | 'sender'

/** What became of one request. */
export interface Attempt {
  acknowledged: boolean
  refusal?: Refusal | undefined
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
const later = [408, 429, 502, 503, 504]
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
    return { acknowledged: false, reason: messageOf(error), retryAfter: 0 }
  }
}

async function read(response: Response): Promise<Attempt> {
  const text = await response.text()
  const { rejected, message } = partialSuccess(text)
  const seconds = Number(response.headers.get('retry-after'))
  return {
    acknowledged: response.ok,
    refusal: refusalOf(response.status, rejected),
    reason: message || `the Collector answered ${response.status}`,
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : 0,
  }
}

function refusalOf(status: number, rejected: number): Refusal | undefined {
  if (status >= 200 && status < 300) return rejected > 0 ? 'records' : undefined
  if (later.includes(status)) return undefined
  if (refusing.includes(status)) return 'records'
  return status >= 500 ? 'failing' : 'sender'
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

import './nodeScope.js'
import { type Answer, ServerCall, type ServerOptions } from './server/call.js'

/** What is used of a request of Express. */
export interface ExpressRequest {
  method: string
  path: string
  originalUrl: string
  baseUrl: string
  ip?: string | undefined
  /** Known once a route has matched. */
  route?: { path?: unknown } | undefined
  get(name: string): string | undefined
}

/** What is used of a response of Express. */
export interface ExpressResponse {
  statusCode: number
  headersSent: boolean
  writableFinished: boolean
  once(event: 'close', listener: () => void): unknown
}

/** Options of {@link activityMiddleware}. */
export type ExpressOptions<Q extends ExpressRequest = ExpressRequest> = ServerOptions<[Q]>

/**
 * Middleware for Express: what a request records has its actor, project, address and so on,
 * and a request that changes something is an activity itself: `POST /orders/:id`.
 * Use it behind what authenticates.
 */
export function activityMiddleware<Q extends ExpressRequest = ExpressRequest>(
  options: ExpressOptions<Q> = {},
): (request: Q, response: ExpressResponse, next: () => void) => void {
  return (request, response, next) => {
    const incoming = {
      method: request.method,
      path: pathOf(request.originalUrl),
      header: (name: string) => request.get(name),
      clientAddress: request.ip,
    }
    const handled = () => {
      const closed = new Promise<void>((resolve) => response.once('close', resolve))
      next()
      return closed
    }
    void new ServerCall(options, incoming, request).record(handled, () => answer(request, response))
  }
}

function answer(request: ExpressRequest, response: ExpressResponse): Answer {
  const path = request.route?.path
  return {
    status: response.headersSent ? response.statusCode : undefined,
    route: typeof path === 'string' ? request.baseUrl + path : undefined,
    canceled: !response.writableFinished,
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

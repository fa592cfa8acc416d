import './nodeScope.js'
import { flush } from './pipeline/pipeline.js'
import { type Answer, ServerCall, type ServerOptions } from './server/call.js'

/** Options of {@link withActivity}. */
export interface NextOptions<C = unknown> extends ServerOptions<[Request, C]> {
  /** The route's pattern, which Next.js tells nobody: `/orders/[id]`. */
  route?: string
  /** `after` of `next/server`: activities are sent once the response is, before a freeze. */
  after?: (task: () => Promise<unknown>) => void
}

/**
 * Wraps a route handler of Next.js: what it records has the request's actor, project and so
 * on, and a request that changes something is an activity itself. Without `after`, the
 * response waits until activities are sent, so that a function that is frozen loses none.
 */
export function withActivity<C, R extends Response>(
  handler: (request: Request, context: C) => R | Promise<R>,
  options: NextOptions<C> = {},
): (request: Request, context: C) => Promise<R> {
  return async (request, context) => {
    const incoming = {
      method: request.method,
      path: new URL(request.url).pathname,
      header: (name: string) => request.headers.get(name) ?? undefined,
      clientAddress: request.headers.get('x-forwarded-for')?.split(',')[0]?.trim(),
    }
    const call = new ServerCall(options, incoming, request, context)
    const handled = async () => handler(request, context)
    const answer = (response: R | undefined): Answer => ({
      status: response?.status,
      route: options.route,
    })
    try {
      return await call.record(handled, (_, response) => answer(response))
    } finally {
      if (options.after) options.after(() => flush())
      else await flush()
    }
  }
}

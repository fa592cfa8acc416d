import './nodeScope.js'
import { type Answer, ServerCall, type ServerOptions } from './server/call.js'

/** What is used of a request of Fastify. */
export interface FastifyRequest {
  method: string
  url: string
  ip: string
  headers: Record<string, string | string[] | undefined>
  routeOptions?: { url?: string | undefined }
}

/** What is used of a reply of Fastify. */
export interface FastifyReply {
  raw: {
    statusCode: number
    headersSent: boolean
    writableFinished: boolean
    once(event: 'close', listener: () => void): unknown
  }
}

/** What is used of an instance of Fastify. */
export interface FastifyInstance {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown
}

/** Options of {@link activityPlugin}. */
export type FastifyOptions = ServerOptions<[FastifyRequest]>

/**
 * Plugin for Fastify: what a request records has its actor, project, address and so on,
 * and a request that changes something is an activity itself: `POST /orders/:id`. Register
 * it behind what authenticates in `onRequest`; what authenticates later is asked at the end.
 */
export function activityPlugin(
  instance: FastifyInstance,
  options: FastifyOptions,
  done: () => void,
): void {
  instance.addHook('onRequest', (request, reply, next) => {
    const incoming = {
      method: request.method,
      path: request.url.split('?', 1)[0] ?? '',
      header: (name: string) => [request.headers[name]].flat()[0],
      clientAddress: request.ip,
    }
    const handled = () => {
      const closed = new Promise<void>((resolve) => reply.raw.once('close', resolve))
      next()
      return closed
    }
    void new ServerCall(options, incoming, request).record(handled, () => answer(request, reply))
  })
  done()
}

// It is for all routes, not only for those of the plugin itself (fastify-plugin does the same).
Object.assign(activityPlugin, { [Symbol.for('skip-override')]: true })

function answer(request: FastifyRequest, { raw }: FastifyReply): Answer {
  return {
    status: raw.headersSent ? raw.statusCode : undefined,
    route: request.routeOptions?.url,
    canceled: !raw.writableFinished,
  }
}

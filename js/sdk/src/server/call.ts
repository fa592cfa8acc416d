import type { ActivityRecorder } from '../activityRecorder.js'
import { Classed } from '../failure.js'
import { defaultRecorder } from '../global.js'
import { merge, runWithActivityContext } from '../scope.js'
import * as s from '../semconv.gen.js'
import type { Activity, ActivityContext, Actor, OnBehalfOf } from '../types.js'
import { contextOf } from './baggageHeader.js'

/** What the helpers for servers have in common; `A` is what the application's handler is called with. */
export interface ServerOptions<A extends unknown[]> {
  /** Records the requests; the one behind `logActivity` unless it is given. */
  recorder?: ActivityRecorder
  /** Who is asking; a text is the id of a user. Asked again at the end while nobody is known. */
  actor?: (...call: A) => Actor | string | null | undefined
  onBehalfOf?: (...call: A) => OnBehalfOf | undefined
  projectId?: string | ((...call: A) => string | undefined)
  /**
   * Believes the W3C baggage of a request: who acts, for whom, project and operation. Only
   * behind a door that lets in services of your own; a caller can claim to be anybody.
   */
  trustBaggage?: boolean
  /** Which requests are recorded: those by POST, PUT, PATCH and DELETE unless it is given. */
  filter?: (...call: A) => boolean
  /** Completes the activity of a request, by its entity for example. */
  finish?: (activity: Activity, ...call: A) => void
}

/** What a server knows of a request when it begins. */
export interface Incoming {
  method: string
  /** Without its query. */
  path: string
  header(name: string): string | undefined
  clientAddress?: string | undefined
}

/** How a request ended. */
export interface Answer {
  /** What was sent; undefined when nothing was. */
  status?: number | undefined
  /** The pattern that the path has matched. */
  route?: string | undefined
  /** The client did not wait for the end. */
  canceled?: boolean
}

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** A request on its way through a server. Nothing here fails it, whatever the options throw. */
export class ServerCall<A extends unknown[]> {
  readonly #options: ServerOptions<A>
  readonly #incoming: Incoming
  readonly #call: A
  #context: ActivityContext

  constructor(options: ServerOptions<A>, incoming: Incoming, ...call: A) {
    this.#options = options
    this.#incoming = incoming
    this.#call = call
    this.#context = this.#begin()
  }

  /** Runs what belongs to the request. */
  run<T>(fn: () => T): T {
    this.#context.actor ??= attempt(() => this.#actor())
    return runWithActivityContext(this.#context, fn)
  }

  /** Runs what belongs to the request and records how that went, if it is to be recorded. */
  record<T>(
    fn: () => T,
    answerOf: (activity: Activity, result: Awaited<T> | undefined) => Answer,
  ): T {
    if (!this.#isRecorded()) return this.run(fn)
    const { recorder = defaultRecorder(), finish } = this.#options
    return this.run(() =>
      recorder.withActivityLogging(this.#incoming.method, fn, {
        finish: (activity, result) => {
          describe(activity, this.#incoming, answerOf(activity, result))
          finish?.(activity, ...this.#call)
          activity.actor ??= this.#context.actor ?? this.#actor()
        },
      }),
    )
  }

  #begin(): ActivityContext {
    const { onBehalfOf, projectId, trustBaggage } = this.#options
    const { header, clientAddress } = this.#incoming
    const userAgent = header('user-agent')
    const known: ActivityContext = {
      onBehalfOf: attempt(() => onBehalfOf?.(...this.#call)),
      projectId: attempt(() =>
        typeof projectId === 'function' ? projectId(...this.#call) : projectId,
      ),
      attributes: {
        ...(clientAddress && { [s.ATTR_CLIENT_ADDRESS]: clientAddress }),
        ...(userAgent && { [s.ATTR_USER_AGENT_ORIGINAL]: userAgent }),
      },
    }
    if (!trustBaggage) return known
    known.actor = attempt(() => this.#actor())
    return merge(known, contextOf(header('baggage')))
  }

  #actor(): Actor | undefined {
    const actor = this.#options.actor?.(...this.#call)
    return (typeof actor === 'string' ? { id: actor } : actor) || undefined
  }

  #isRecorded(): boolean {
    const { filter } = this.#options
    const { method } = this.#incoming
    const isChanging = changing.has(method)
    return filter ? (attempt(() => filter(...this.#call)) ?? isChanging) : isChanging
  }
}

function describe(activity: Activity, incoming: Incoming, answer: Answer): void {
  const { method, path } = incoming
  const { status, route, canceled } = answer
  activity.action = route ? `${method} ${route}` : method
  activity.attributes = {
    [s.ATTR_HTTP_REQUEST_METHOD]: method,
    [s.ATTR_URL_PATH]: path,
    ...(route && { [s.ATTR_HTTP_ROUTE]: route }),
    ...(status && { [s.ATTR_HTTP_RESPONSE_STATUS_CODE]: status }),
  }
  if (canceled) activity.status = s.ActivityStatus.CANCELED
  else if (status && status >= 400) activity.error ??= new Classed(String(status))
}

function attempt<T>(fn: () => T): T | undefined {
  try {
    return fn()
  } catch {
    return undefined
  }
}

import { contextMessage, nothing } from './message.js'
import { mayTell } from './permission.js'
import type { PgClient } from './proxy.js'
import { look } from './statement.js'

const contextSQL = "SELECT pg_catalog.pg_logical_emit_message(true, 'activity.context', $1::text)"

/** Holds after a rollback to a savepoint, which may have taken a message back. */
const unknown = ''

type Callback = (error: unknown) => void

/** What is told on the connection of a client, in the order of its queries. */
export class Session {
  readonly #client: PgClient
  /** What the permission belongs to: the pool of the client, if it is known. */
  readonly #owner: object
  #inTransaction = false
  /** The message that holds in the transaction. */
  #told = nothing
  /** Settles when all queries that wait for a message are handed to the client. */
  #waiting: Promise<unknown> | undefined

  constructor(client: PgClient, owner: object) {
    this.#client = client
    this.#owner = owner
  }

  /** The client's `query`, with whatever it takes. */
  query(args: unknown[]): unknown {
    const message = this.#due(textOf(args[0]))
    if (message === undefined && !this.#waiting) return this.#hand(args)
    return this.#queue(message, args)
  }

  #hand(args: unknown[]): unknown {
    return Reflect.apply(this.#client.query, this.#client, args)
  }

  /** What must be told before a statement, which counts as told from now on. */
  #due(sql: string): string | undefined {
    const statement = look(sql)
    let message: string | undefined
    if (this.#inTransaction && statement.writes) {
      const said = contextMessage()
      if (said !== this.#told) message = this.#told = said
    }
    if (statement.transaction) {
      this.#inTransaction = statement.transaction === 'begun'
      this.#told = nothing
    }
    if (statement.undoes) this.#told = unknown
    return message
  }

  /** Tells, then hands the query on. Queries that come in the meantime stay behind it. */
  #queue(message: string | undefined, args: unknown[]): unknown {
    const before = this.#waiting ?? Promise.resolve()
    const submittable = isSubmittable(args[0])
    let told = message === undefined ? before : before.then(() => this.#tell(message))
    // It has no promise to reject. In a transaction that has failed, it fails by itself.
    if (submittable) told = told.catch(ignore)
    // In an object, so that it is not awaited: the next query need not wait for the answer.
    const handed = told.then(() => ({ answer: this.#hand(args) }))
    const settled = handed.then(ignore, ignore)
    this.#waiting = settled
    void settled.then(() => {
      if (this.#waiting === settled) this.#waiting = undefined
    })
    if (submittable) return args[0]
    const callback = callbackOf(args)
    if (!callback) return handed.then(({ answer }) => answer)
    handed.catch(callback)
    return undefined
  }

  async #tell(message: string): Promise<void> {
    try {
      if (!(await mayTell(this.#owner, this.#client))) return
      await this.#client.query(contextSQL, [message])
    } catch (cause) {
      throw new Error(`tell who is writing: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      })
    }
  }
}

function ignore(): void {}

/** The statement of a text, of a configuration or of a cursor. */
function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  const { text, cursor } = (query ?? {}) as { text?: unknown; cursor?: { text?: unknown } }
  const sql = text ?? cursor?.text
  return typeof sql === 'string' ? sql : ''
}

function isSubmittable(query: unknown): boolean {
  return typeof (query as { submit?: unknown } | null)?.submit === 'function'
}

function callbackOf(args: unknown[]): Callback | undefined {
  const inConfig = (args[0] as { callback?: unknown } | null)?.callback
  const callback = [...args.slice(1), inConfig].find((value) => typeof value === 'function')
  return callback as Callback | undefined
}

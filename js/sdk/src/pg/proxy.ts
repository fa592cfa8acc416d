import { Session } from './session.js'

/** What is used of a client of node-postgres. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<unknown>
}

/** What is used of a pool of node-postgres. */
export interface PgPool {
  connect(): Promise<PgClient & { release(broken?: Error | boolean): void }>
  readonly totalCount: number
}

/** One for each client or pool, also when it is asked for again. */
const proxies = new WeakMap<object, object>()
const made = new WeakSet<object>()

/**
 * The same client, or a pool of such clients, that tells Postgres who is writing: within a
 * transaction, before its first write, the actor and the rest of the context go into the
 * write-ahead log. Transactions are begun as ever, by `BEGIN`; a statement outside of one
 * tells nothing. What is built on a pool, such as Drizzle, is given this one.
 */
export function withActivity<T extends PgClient | PgPool>(on: T): T {
  return isPool(on) ? wrap(on, () => poolMethods(on)) : wrapClient(on, on)
}

export function isPool(on: PgClient | PgPool): on is PgPool {
  return 'totalCount' in on && 'connect' in on
}

function wrapClient<T extends object>(client: T, owner: object): T {
  return wrap(client, () => {
    const session = new Session(client as T & PgClient, owner)
    return { query: (...args: unknown[]) => session.query(args) }
  })
}

function poolMethods(pool: PgPool): Methods {
  const connect = pool.connect.bind(pool) as (callback?: Connected) => Promise<object>
  return {
    connect: (callback?: Connected) => {
      if (!callback) return connect().then((client) => wrapClient(client, pool))
      return connect((error, client, release) =>
        callback(error, client && wrapClient(client, pool), release),
      )
    },
  }
}

type Connected = (error: unknown, client: object | undefined, release: unknown) => void
type Methods = Record<PropertyKey, (...args: never[]) => unknown>

/** Puts methods in the place of those of a target, which everything else is left to. */
function wrap<T extends object>(target: T, methods: () => Methods): T {
  if (made.has(target)) return target
  const before = proxies.get(target)
  if (before) return before as T
  const own = methods()
  const proxy: T = new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name]
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || name === 'constructor') return value
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args)
        return result === target ? proxy : result
      }
    },
    set: (_, name, value) => Reflect.set(target, name, value, target),
  })
  proxies.set(target, proxy)
  made.add(proxy)
  return proxy
}

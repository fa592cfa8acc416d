import { type PgClient, type PgPool, withActivity } from './proxy.js'

/** The clients of a pool, whose `connect` may take a callback too. */
type ClientOf<P extends PgPool> = P['connect'] extends {
  (): Promise<infer C>
  (callback: never): unknown
}
  ? C & PgClient
  : Awaited<ReturnType<P['connect']>>

/**
 * Runs a function in a transaction that tells Postgres who is writing. It is committed when
 * the function's promise resolves, and rolled back when it rejects. It rejects too when
 * Postgres has rolled back because of a statement whose error the function has kept to
 * itself. `begin` is for other transactions: `BEGIN ISOLATION LEVEL SERIALIZABLE`.
 */
export async function transaction<P extends PgPool, T>(
  pool: P,
  fn: (client: ClientOf<P>) => Promise<T>,
  { begin = 'BEGIN' }: { begin?: string } = {},
): Promise<T> {
  const client = await withActivity<PgPool>(pool).connect()
  let broken: Error | undefined
  try {
    await client.query(begin)
    const result = await fn(client as unknown as ClientOf<P>)
    const { command } = (await client.query('COMMIT')) as { command?: string }
    if (command === 'ROLLBACK') {
      throw new Error('the transaction was rolled back: a statement in it had failed')
    }
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

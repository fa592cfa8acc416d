// @vitest-environment node
// Against a real Postgres, whose address tests/nodepg gives.
import { trace } from '@opentelemetry/api'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { Pool, type PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ActivityContext, runWithActivityContext, setActivityDefaults } from '../index.js'
import { activityDocument, contextMessage, recordInTx, transaction, withActivity } from '../pg.js'
import { tracing } from '../testing.js'

const dsn = process.env.ACTIVITY_TEST_DSN
const ada: ActivityContext = { actor: { id: 'u-1' } }
const u1 = '{"activity.actor.id":"u-1","activity.actor.type":"user"}'
const u2 = u1.replace('u-1', 'u-2')

/** The only log record of a document. */
function recordOf(document: string | undefined) {
  const [{ resource, scopeLogs }] = JSON.parse(document ?? '').resourceLogs
  const [{ scope, logRecords }] = scopeLogs
  expect(logRecords).toHaveLength(1)
  const attributes = Object.fromEntries(
    logRecords[0].attributes.map((a: { key: string; value: object }) => [
      a.key,
      Object.values(a.value)[0],
    ]),
  )
  return { resource, scope, record: logRecords[0], attributes }
}

describe.skipIf(!dsn)('with a real Postgres', () => {
  let pool: Pool
  const slot = 'node_postgres'

  beforeAll(async () => {
    pool = new Pool({ connectionString: dsn, max: 2 })
    await pool.query('CREATE TABLE orders (id int PRIMARY KEY, status text)')
    await pool.query("SELECT pg_create_logical_replication_slot($1, 'test_decoding')", [slot])
  })
  beforeEach(async () => {
    await pool.query('TRUNCATE orders')
    await committed()
  })
  afterEach(() => setActivityDefaults({}))
  afterAll(async () => {
    await pool.query('SELECT pg_drop_replication_slot($1)', [slot])
    await pool.end()
  })

  /** What was committed since the last call: messages, and rows as "INSERT 1". */
  async function committed(): Promise<string[]> {
    const { rows } = await pool.query<{ data: string }>(
      'SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL)',
      [slot],
    )
    return rows
      .map(({ data }) => data)
      .filter((data) => !/^(BEGIN|COMMIT)/.test(data))
      .map((data) =>
        data.startsWith('message')
          ? data.replace(/^.*?content:/, '')
          : data.replace(/^table \w+\.\w+: (\w+): id\[integer\]:(\d+).*$/, '$1 $2'),
      )
  }

  const insert = (client: Pick<PoolClient, 'query'>, id: number) =>
    client.query('INSERT INTO orders VALUES ($1)', [id])
  const as = <T>(id: string, fn: () => T) => runWithActivityContext({ actor: { id } }, fn)

  it('tells before the first write', async () => {
    const counted = await runWithActivityContext(ada, () =>
      transaction(pool, async (client) => {
        const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM orders')
        await insert(client, 1)
        await insert(client, 2)
        return rows[0]?.n
      }),
    )
    expect(counted).toBe('0')
    expect(await committed()).toEqual([u1, 'INSERT 1', 'INSERT 2'])
  })

  it('tells nothing when a transaction reads, and when there is nothing to tell', async () => {
    await runWithActivityContext(ada, () => transaction(pool, (client) => client.query('SELECT 1')))
    expect(await committed()).toEqual([])
    await transaction(pool, (client) => insert(client, 1))
    expect(await committed()).toEqual(['INSERT 1'])
  })

  it('rolls back, and says so when Postgres does', async () => {
    const failing = transaction(pool, async (client) => {
      await insert(client, 1)
      throw new Error('undo')
    })
    await expect(failing).rejects.toThrow('undo')
    const swallowing = transaction(pool, async (client) => {
      await client.query('nonsense').catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow('was rolled back')
    expect(await committed()).toEqual([])
    expect(pool.idleCount).toBe(pool.totalCount)
  })

  it('begins other transactions', async () => {
    const level = await transaction(
      pool,
      async (client) => (await client.query('SHOW transaction_isolation')).rows[0],
      { begin: 'BEGIN ISOLATION LEVEL SERIALIZABLE' },
    )
    expect(level).toEqual({ transaction_isolation: 'serializable' })
  })

  it('honours savepoints and other actors', async () => {
    await transaction(pool, async (client) => {
      await client.query('SAVEPOINT s')
      await as('u-1', () => insert(client, 1))
      await client.query('ROLLBACK TO s')
      await as('u-1', () => insert(client, 2))
      await as('u-2', () => insert(client, 3))
      await insert(client, 4)
    })
    expect(await committed()).toEqual([u1, 'INSERT 2', u2, 'INSERT 3', '{}', 'INSERT 4'])
  })

  it('wraps a client, in each of the forms of a query', async () => {
    const raw = await pool.connect()
    const client = withActivity(raw)
    expect(withActivity(client)).toBe(client)
    expect(withActivity(raw)).toBe(client)
    expect(client).toBeInstanceOf(raw.constructor)
    try {
      await as('u-1', async () => {
        await insert(client, 0) // outside of a transaction
        await client.query('BEGIN')
        await client.query({ text: 'INSERT INTO orders VALUES ($1)', values: [1] })
        await client.query('COMMIT')
        await client.query('BEGIN')
        await new Promise<void>((resolve, reject) =>
          client.query('INSERT INTO orders VALUES (2)', (error) =>
            error ? reject(error) : resolve(),
          ),
        )
        await client.query('COMMIT')
      })
    } finally {
      client.release()
    }
    expect(await committed()).toEqual(['INSERT 0', u1, 'INSERT 1', u1, 'INSERT 2'])
  })

  it('keeps the order of queries that are not awaited', async () => {
    const client = await withActivity(pool).connect()
    await as('u-1', () =>
      Promise.all([
        client.query('BEGIN'),
        insert(client, 1),
        insert(client, 2),
        client.query('COMMIT'),
      ]),
    )
    client.release()
    expect(await committed()).toEqual([u1, 'INSERT 1', 'INSERT 2'])
  })

  it('gives wrapped clients to callbacks too, and leaves the queries of the pool alone', async () => {
    const wrapped = withActivity(pool)
    expect(wrapped).toBeInstanceOf(Pool)
    await new Promise<void>((resolve, reject) =>
      wrapped.connect((error, client, release) => {
        if (error || !client) return reject(error)
        as('u-1', async () => {
          await client.query('BEGIN')
          await insert(client, 1)
          await client.query('COMMIT')
        })
          .finally(() => release())
          .then(resolve, reject)
      }),
    )
    await as('u-2', () => wrapped.query('INSERT INTO orders VALUES (2)'))
    expect(await committed()).toEqual([u1, 'INSERT 1', 'INSERT 2'])
  })

  it('fails a write that fails as it would', async () => {
    const failing = runWithActivityContext(ada, () =>
      transaction(pool, (client) => client.query('INSERT INTO nowhere VALUES (1)')),
    )
    await expect(failing).rejects.toMatchObject({ code: '42P01' })
  })

  it('does not write what it could not tell', async () => {
    const client = await withActivity(new Pool({ connectionString: dsn })).connect()
    await client.query('BEGIN')
    await client.query('SELECT nonsense').catch(() => undefined)
    await as('u-1', () => expect(insert(client, 1)).rejects.toThrow('tell who is writing'))
    await client.query('ROLLBACK')
    await client.query('BEGIN')
    await client.query('SELECT nonsense').catch(() => undefined)
    const error = await new Promise((resolve) =>
      as('u-1', () => client.query('INSERT INTO orders VALUES (1)', resolve)),
    )
    expect(String(error)).toContain('tell who is writing')
    client.release(true)
    expect(await committed()).toEqual([])
  })

  it('tells what is written through Drizzle', async () => {
    const db = drizzle(withActivity(pool))
    await as('u-1', () =>
      db.transaction(async (tx) => {
        await tx.execute(sql`INSERT INTO orders VALUES (1)`)
        await recordInDrizzle(tx.execute.bind(tx))
      }),
    )
    const [told, row, document] = await committed()
    expect([told, row]).toEqual([u1, 'INSERT 1'])
    expect(recordOf(document).record.eventName).toBe('order.place')
  })

  const recordInDrizzle = (execute: (query: ReturnType<typeof sql>) => PromiseLike<unknown>) =>
    execute(
      sql`SELECT pg_logical_emit_message(true, 'activity.record', ${activityDocument({ action: 'order.place' })}::text)`,
    )

  it('tells what is written through Drizzle on a pool of its own', async () => {
    await as('u-1', () =>
      drizzle(pool).transaction(async (tx) => {
        await tx.execute(
          sql`SELECT pg_logical_emit_message(true, 'activity.context', ${contextMessage()}::text)`,
        )
        await tx.execute(sql`INSERT INTO orders VALUES (1)`)
      }),
    )
    expect(await committed()).toEqual([u1, 'INSERT 1'])
  })

  it('records an activity if and only if its transaction commits', async () => {
    const undone = transaction(pool, async (client) => {
      await recordInTx(client, { action: 'order.undone' })
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    await transaction(pool, async (client) => {
      await insert(client, 1)
      await client.query('SAVEPOINT s')
      await recordInTx(client, { action: 'order.retried' })
      await client.query('ROLLBACK TO s')
      await recordInTx(client, { action: 'order.place', entityType: 'order', entityId: 1 })
    })
    const [row, document, ...more] = await committed()
    expect([row, more]).toEqual(['INSERT 1', []])
    expect(recordOf(document).record.eventName).toBe('order.place')
  })

  it('refuses a pool, where nothing could be rolled back', async () => {
    await expect(recordInTx(pool, { action: 'order.place' })).rejects.toThrow(TypeError)
  })

  it('goes on without the right to tell, and refuses to record', async () => {
    await pool.query(`DO $$ BEGIN
        EXECUTE (SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
          FROM pg_proc WHERE proname = 'pg_logical_emit_message' AND proargtypes[2] = 'text'::regtype);
      END $$;
      CREATE ROLE node_clerk; GRANT ALL ON orders TO node_clerk`)
    const clerks = new Pool({ connectionString: dsn })
    try {
      await as('u-1', () =>
        transaction(clerks, async (client) => {
          await client.query('SET LOCAL ROLE node_clerk')
          await insert(client, 1)
        }),
      )
      expect(await committed()).toEqual(['INSERT 1'])
      const refused = transaction(clerks, async (client) => {
        await client.query('SET LOCAL ROLE node_clerk')
        await recordInTx(client, { action: 'order.place' })
      })
      await expect(refused).rejects.toThrow(
        /^record order.place in the transaction: permission denied .*GRANT EXECUTE/,
      )
    } finally {
      await clerks.end()
      await pool.query('DROP OWNED BY node_clerk; DROP ROLE node_clerk')
    }
  })
})

describe('contextMessage', () => {
  it('says all that the context says', () => {
    setActivityDefaults({ projectId: 'acme' })
    const context: ActivityContext = {
      actor: { id: 'ü"🙂', name: 'Ada' },
      onBehalfOf: { id: 'u-2', type: 'agent' },
      operationId: 'op-1',
      reason: 'because',
    }
    tracing().startActiveSpan('work', (span) => {
      const message = runWithActivityContext(context, contextMessage)
      const { traceId, spanId } = span.spanContext()
      expect(JSON.parse(message)).toEqual({
        'activity.actor.id': 'ü"🙂',
        'activity.actor.type': 'user',
        'activity.on_behalf_of.id': 'u-2',
        'activity.on_behalf_of.type': 'agent',
        'activity.project.id': 'acme',
        'activity.operation.id': 'op-1',
        'activity.reason': 'because',
        traceparent: `00-${traceId}-${spanId}-01`,
      })
      expect(message).toContain('\\u00fc\\"\\ud83d\\ude42')
      span.end()
    })
    setActivityDefaults({})
    expect(trace.getActiveSpan()).toBeUndefined()
    expect(contextMessage()).toBe('{}')
  })
})

describe('activityDocument', () => {
  it('is the record that would be exported, with what describes the program', () => {
    const document = runWithActivityContext(ada, () =>
      activityDocument(
        {
          action: 'order.place',
          severity: 'warning',
          metadata: { price: 12.5, nested: ['ü', null] },
        },
        { serviceName: 'shop', environment: 'test', projectId: 'acme' },
      ),
    )
    const { resource, scope, record, attributes } = recordOf(document)
    expect(resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'shop' },
    })
    expect(scope.name).toBe('@otel-activity/sdk')
    expect(record).toMatchObject({ eventName: 'order.place', severityNumber: 13 })
    expect(attributes).toMatchObject({
      'activity.action': 'order.place',
      'activity.project.id': 'acme',
      'activity.source': 'user',
      'user.id': 'u-1',
    })
    expect(document).toMatch(/^[\0-\x7f]*$/)
  })
})

import { readFileSync } from 'node:fs'
import { diff, withDatabaseLogging } from '@otel-activity/sdk'
import { transaction } from '@otel-activity/sdk/pg'
import pg from 'pg'

export interface Customer {
  id: string
  name: string
  city: string
  role: string
  session: string | null
}

export interface Order {
  id: string
  customer_id: string
  project: string
  cents: number
  status: 'open' | 'paid' | 'declined' | 'canceled' | 'refunded'
}

/** What nobody needs to read in the trail: a session, and a name which is personal. */
const kept = { omit: ['session', 'placed_at'], mask: ['name'] }

/** The storefront's tables; each change is recorded with what changed. */
export class Database {
  readonly #pool: pg.Pool

  constructor(connectionString: string) {
    pg.types.setTypeParser(pg.types.builtins.INT8, Number)
    this.#pool = new pg.Pool({ connectionString, max: 5 })
  }

  async prepare(): Promise<void> {
    await this.#pool.query(readFileSync(new URL('../schema.sql', import.meta.url), 'utf8'))
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  customerBySession(session: string): Promise<Customer | undefined> {
    return this.#one('SELECT * FROM storefront.customer WHERE session = $1', [session])
  }

  customer(id: string): Promise<Customer | undefined> {
    return this.#one('SELECT * FROM storefront.customer WHERE id = $1', [id])
  }

  order(id: string): Promise<Order | undefined> {
    return this.#one('SELECT * FROM storefront.shop_order WHERE id = $1', [id])
  }

  async addCustomer(customer: Customer): Promise<void> {
    await withDatabaseLogging(
      'insert',
      'customer',
      customer.id,
      () =>
        this.#write(
          'INSERT INTO storefront.customer (id, name, city, role, session) VALUES ($1, $2, $3, $4, $5)',
          [customer.id, customer.name, customer.city, customer.role, customer.session],
        ),
      { changes: () => diff(null, customer, kept), userId: customer.id },
    )
  }

  async changeCustomer(before: Customer, change: Partial<Customer>): Promise<Customer> {
    const after = { ...before, ...change }
    await withDatabaseLogging(
      'update',
      'customer',
      before.id,
      () =>
        this.#write(
          'UPDATE storefront.customer SET city = $2, role = $3, session = $4 WHERE id = $1',
          [after.id, after.city, after.role, after.session],
        ),
      { changes: () => diff(before, after, kept) },
    )
    return after
  }

  async addOrder(order: Order): Promise<void> {
    await withDatabaseLogging(
      'insert',
      'shop_order',
      order.id,
      () =>
        this.#write(
          'INSERT INTO storefront.shop_order (id, customer_id, project, cents, status) VALUES ($1, $2, $3, $4, $5)',
          [order.id, order.customer_id, order.project, order.cents, order.status],
        ),
      { changes: () => diff(null, order) },
    )
  }

  async changeOrder(before: Order, status: Order['status']): Promise<Order> {
    const after = { ...before, status }
    await withDatabaseLogging(
      'update',
      'shop_order',
      before.id,
      () =>
        this.#update('UPDATE storefront.shop_order SET status = $2 WHERE id = $1 AND status = $3', [
          before.id,
          status,
          before.status,
        ]),
      { changes: () => diff(before, after, kept) },
    )
    return after
  }

  /** Makes the first administrator, who may grant roles; one that is there stays. */
  async ensureAdmin(session: string): Promise<void> {
    await this.#pool.query(
      `INSERT INTO storefront.customer (id, name, city, role, session)
       VALUES ('admin', 'Administrator', '', 'admin', $1)
       ON CONFLICT (id) DO UPDATE SET session = excluded.session`,
      [session],
    )
  }

  /** Orders that were not paid for within some seconds. */
  async abandoned(seconds: number): Promise<Order[]> {
    const { rows } = await this.#pool.query<Order>(
      `SELECT * FROM storefront.shop_order
       WHERE status = 'open' AND placed_at < now() - make_interval(secs => $1)
       ORDER BY placed_at LIMIT 50`,
      [seconds],
    )
    return rows
  }

  /** Writes in a transaction that tells Postgres who is writing. */
  #write(sql: string, values: unknown[]): Promise<pg.QueryResult> {
    return transaction(this.#pool, (client) => client.query(sql, values))
  }

  /** Changes a row, and fails when somebody else has changed it meanwhile. */
  async #update(sql: string, values: unknown[]): Promise<void> {
    const { rowCount } = await this.#write(sql, values)
    if (rowCount !== 1) throw new Error('the row has changed meanwhile')
  }

  async #one<T extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<T | undefined> {
    const { rows } = await this.#pool.query<T>(sql, values)
    return rows[0]
  }
}

import { randomUUID } from 'node:crypto'
import { logUserAction, runWithActivityContext } from '@otel-activity/sdk'
import { activityMiddleware } from '@otel-activity/sdk/express'
import express, { type Express, type Request, type Response } from 'express'
import type { Customer, Database, Order } from './database.js'
import type { Payments } from './payments.js'
import { traced } from './telemetry.js'

interface Locals {
  customer?: Customer
}

type Answer = Response<unknown, Locals>

const roles = ['customer', 'editor', 'admin']

/** The storefront: customers, sessions, orders. */
export function makeApp(database: Database, payments: Payments): Express {
  const app = express()
  app.use(traced, express.json(), async (request, response: Answer, next) => {
    const session = request.get('authorization')?.replace('Bearer ', '')
    if (session) response.locals.customer = await database.customerBySession(session)
    next()
  })
  // Behind what authenticates: from here on, whatever is recorded has its actor.
  app.use(
    activityMiddleware({
      actor: (request: Request) => (request.res as Answer | undefined)?.locals.customer?.id,
      projectId: (request) => request.get('x-shop'),
    }),
  )

  app.post('/customers', async (request, response) => {
    const { name, city } = request.body as { name: string; city: string }
    const customer = {
      id: `u-${randomUUID().slice(0, 8)}`,
      name,
      city,
      role: 'customer',
      session: randomUUID(),
    }
    await database.addCustomer(customer)
    response.status(201).json({ id: customer.id, session: customer.session })
  })

  app.post('/login', async (request, response) => {
    const { id, password } = request.body as { id: string; password: string }
    const customer = await database.customer(id)
    // A shop has passwords; this one takes every word but one.
    if (!customer || password === 'wrong') {
      logUserAction('user.login', {
        userId: id,
        severity: 'notice',
        error: new Error('wrong password'),
      })
      response.status(401).json({ error: 'wrong password' })
      return
    }
    const { session } = await database.changeCustomer(customer, { session: randomUUID() })
    logUserAction('user.login', { userId: id })
    response.json({ id, session })
  })

  app.post('/logout', async (_, response: Answer) => {
    const customer = signedIn(response)
    if (!customer) return
    await database.changeCustomer(customer, { session: null })
    logUserAction('user.logout')
    response.status(204).end()
  })

  app.put('/address', async (request, response: Answer) => {
    const customer = signedIn(response)
    if (!customer) return
    const { city } = request.body as { city: string }
    await database.changeCustomer(customer, { city })
    response.status(204).end()
  })

  app.post('/orders', async (request, response: Answer) => {
    const customer = signedIn(response)
    if (!customer) return
    const { cents, abandon } = request.body as { cents: number; abandon?: boolean }
    const project = request.get('x-shop') ?? 'books'
    const order: Order = {
      id: `${project}-${randomUUID().slice(0, 8)}`,
      customer_id: customer.id,
      project,
      cents,
      status: 'open',
    }
    // One operation for all that an order sets off, here and in the payment service.
    await runWithActivityContext({ operationId: randomUUID() }, async () => {
      await database.addOrder(order)
      logUserAction('order.place', {
        entityType: 'order',
        entityId: order.id,
        entityName: `Order ${order.id}`,
        details: `Ordered for ${(cents / 100).toFixed(2)} EUR`,
        metadata: { cents, currency: 'EUR' },
      })
      if (abandon) return response.status(202).json(order)
      const paid = await payments.charge(order.id, cents)
      try {
        const after = await database.changeOrder(order, paid.ok ? 'paid' : 'declined')
        return response.status(paid.ok ? 201 : 402).json(after)
      } catch {
        // It was canceled while the bank was asked: the money goes back.
        if (paid.ok) await payments.refund(order.id, 'canceled while it was paid')
        return response.status(409).json({ error: 'the order was canceled' })
      }
    })
  })

  app.delete('/orders/:id', async (request, response: Answer) => {
    const order = await ownOrder(request.params.id, response, database)
    if (!order) return
    if (order.status !== 'open' && order.status !== 'paid') {
      response.status(409).json({ error: `the order is ${order.status}` })
      return
    }
    if (order.status === 'paid' && !(await payments.refund(order.id, 'canceled')).ok) {
      response.status(502).json({ error: 'the money could not be given back' })
      return
    }
    await database.changeOrder(order, 'canceled')
    logUserAction('order.cancel', { entityType: 'order', entityId: order.id, status: 'canceled' })
    response.status(204).end()
  })

  app.post('/orders/:id/refund', async (request, response: Answer) => {
    const order = await ownOrder(request.params.id, response, database)
    if (!order) return
    const { reason } = request.body as { reason: string }
    await runWithActivityContext({ operationId: randomUUID(), reason }, async () => {
      const refunded = await payments.refund(order.id, reason)
      logUserAction('order.refund', {
        entityType: 'order',
        entityId: order.id,
        severity: 'notice',
        details: `Refunded ${(order.cents / 100).toFixed(2)} EUR`,
        status: refunded.ok ? 'success' : 'failure',
      })
      if (refunded.ok) await database.changeOrder(order, 'refunded')
      response.status(refunded.status).end()
    })
  })

  app.put('/customers/:id/role', async (request, response: Answer) => {
    const customer = signedIn(response)
    const other = await database.customer(request.params.id)
    if (!customer) return
    if (!other) {
      response.status(404).json({ error: 'no such customer' })
      return
    }
    const { role } = request.body as { role: string }
    const grant = { entityType: 'user', entityId: other.id, severity: 'critical' as const }
    if (customer.role !== 'admin' || !roles.includes(role)) {
      const error = new Error('not allowed to grant this role')
      logUserAction('role.grant', { ...grant, error })
      response.status(403).json({ error: error.message })
      return
    }
    await database.changeCustomer(other, { role })
    logUserAction('role.grant', { ...grant, details: `Granted the role ${role}` })
    response.status(204).end()
  })
  return app
}

/** Who is signed in; answers when nobody is. */
function signedIn(response: Answer): Customer | undefined {
  const { customer } = response.locals
  if (!customer) response.status(401).json({ error: 'sign in first' })
  return customer
}

/** An order of who is signed in; answers when there is none. */
async function ownOrder(
  id: string,
  response: Answer,
  database: Database,
): Promise<Order | undefined> {
  const customer = signedIn(response)
  if (!customer) return undefined
  const order = await database.order(id)
  if (order?.customer_id === customer.id) return order
  response.status(404).json({ error: 'no such order' })
  return undefined
}

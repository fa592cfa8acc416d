// @vitest-environment node
import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { activityMiddleware } from '../express.js'
import { activityPlugin } from '../fastify.js'
import { withActivity } from '../next.js'
import { recording } from '../testing.js'

type Recording = ReturnType<typeof recording>
type Options = Parameters<typeof activityMiddleware>[0]

const servers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of servers.splice(0)) await stop()
})

async function urlOf(server: Server): Promise<string> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A shop over Express: a router of its own, a failing handler, one that never answers. */
async function expressShop({ recorder }: Recording, options: Options): Promise<string> {
  const app = express()
  app.use(activityMiddleware({ recorder, ...options }))
  const orders = express.Router()
  orders.post('/:id/refund', async (_, response) => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    recorder.logActivity({ action: 'inside' })
    response.send('refunded')
  })
  orders.get('/:id', (_, response) => {
    recorder.logActivity({ action: 'inside' })
    response.send('order')
  })
  app.use('/orders', orders)
  app.put('/boom', () => {
    throw new Error('boom')
  })
  app.put('/slow', () => undefined)
  app.use(((_error, _request, response, _next) => {
    response.status(500).end()
  }) as express.ErrorRequestHandler)
  const server = createServer(app)
  servers.push(async () => server.close())
  return urlOf(server)
}

/** The same over Fastify. */
async function fastifyShop({ recorder }: Recording, options: Options): Promise<string> {
  const app = fastify()
  await app.register(activityPlugin, { recorder, ...options } as never)
  app.post('/orders/:id/refund', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    recorder.logActivity({ action: 'inside' })
    return 'refunded'
  })
  app.get('/orders/:id', async () => {
    recorder.logActivity({ action: 'inside' })
    return 'order'
  })
  app.put('/boom', async () => {
    throw new Error('boom')
  })
  app.put('/slow', () => new Promise(() => undefined))
  servers.push(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

describe.each([
  ['Express', expressShop],
  ['Fastify', fastifyShop],
])('%s', (_, shop) => {
  it('knows who is asking, and records what changes something', async () => {
    const rec = recording()
    const url = await shop(rec, {
      actor: () => 'u-42',
      projectId: 'acme',
      finish: (activity) => {
        activity.entityType = 'order'
      },
    })
    const response = await fetch(`${url}/orders/4711/refund?secret=1`, {
      method: 'POST',
      headers: { 'user-agent': 'test/1' },
    })
    expect(await response.text()).toBe('refunded')
    await vi.waitFor(() => expect(rec.records()).toHaveLength(2))
    const [inside, request] = rec.records()
    expect(inside?.attributes).toMatchObject({
      'user.id': 'u-42',
      'activity.project.id': 'acme',
      'client.address': '127.0.0.1',
      'user_agent.original': 'test/1',
    })
    const {
      'log.record.uid': __,
      'activity.duration': duration,
      ...rest
    } = request?.attributes ?? {}
    expect(duration).toBeGreaterThan(0)
    expect(rest).toEqual({
      'activity.action': 'POST /orders/:id/refund',
      'activity.source': 'user',
      'activity.status': 'success',
      'activity.entity.type': 'order',
      'user.id': 'u-42',
      'activity.project.id': 'acme',
      'client.address': '127.0.0.1',
      'user_agent.original': 'test/1',
      'http.request.method': 'POST',
      'http.route': '/orders/:id/refund',
      'url.path': '/orders/4711/refund',
      'http.response.status_code': 200,
    })
  })

  it('leaves what only reads alone, unless it is told', async () => {
    const rec = recording()
    const url = await shop(rec, { filter: () => true })
    await (await fetch(`${url}/orders/1`)).text()
    await vi.waitFor(() => expect(rec.records()).toHaveLength(2))
    const quiet = recording()
    await (await fetch(`${await shop(quiet, {})}/orders/1`)).text()
    expect(quiet.records().map((r) => r.eventName)).toEqual(['inside'])
  })

  it('tells failures, and clients that go', async () => {
    const rec = recording()
    const url = await shop(rec, {
      actor: () => {
        throw new Error('an option that throws')
      },
    })
    expect((await fetch(`${url}/boom`, { method: 'PUT' })).status).toBe(500)
    await (await fetch(`${url}/nowhere`, { method: 'PUT' })).text()
    const gone = httpRequest(`${url}/slow`, { method: 'PUT' }).on('error', () => undefined)
    gone.end()
    setTimeout(() => gone.destroy(), 50)
    await vi.waitFor(() => expect(rec.records()).toHaveLength(3))
    expect(
      rec.records().map((r) => [r.attributes['activity.status'], r.attributes['error.type']]),
    ).toEqual([
      ['failure', '500'],
      ['failure', '404'],
      ['canceled', undefined],
    ])
  })

  it('believes baggage only when it is told', async () => {
    const headers = {
      baggage:
        'activity.actor.id=u%2D9,activity.actor.type=user,activity.project.id=acme,activity.operation.id=op;p=1',
    }
    for (const trustBaggage of [false, true]) {
      const rec = recording()
      const url = await shop(rec, { trustBaggage })
      await (await fetch(`${url}/orders/1/refund`, { method: 'POST', headers })).text()
      await vi.waitFor(() => expect(rec.records()).toHaveLength(2))
      for (const { attributes } of rec.records()) {
        expect(attributes['user.id']).toBe(trustBaggage ? 'u-9' : undefined)
        expect(attributes['activity.operation.id']).toBe(trustBaggage ? 'op' : undefined)
      }
    }
  })
})

describe('Next.js', () => {
  it('wraps a route handler', async () => {
    const { recorder, records } = recording()
    const after = vi.fn()
    const handle = withActivity(
      async (request: Request, { params }: { params: Promise<{ id: string }> }) => {
        recorder.logActivity({ action: 'inside', entityId: (await params).id })
        return Response.json({ method: request.method }, { status: 201 })
      },
      { recorder, actor: () => ({ id: 'u-42' }), route: '/orders/[id]', after },
    )
    const request = new Request('https://shop.example/orders/1?x=1', {
      method: 'POST',
      headers: { 'x-forwarded-for': '198.51.100.7, 10.0.0.1' },
    })
    const response = await handle(request, { params: Promise.resolve({ id: '1' }) })
    expect(response.status).toBe(201)
    expect(records().map((r) => r.eventName)).toEqual(['inside', 'POST /orders/[id]'])
    for (const { attributes } of records()) {
      expect(attributes).toMatchObject({ 'user.id': 'u-42', 'client.address': '198.51.100.7' })
    }
    expect(after).toHaveBeenCalledTimes(1)
  })

  it('passes errors on', async () => {
    const { recorder, records } = recording()
    const boom = new Error('boom')
    const handle = withActivity(
      () => {
        throw boom
      },
      { recorder },
    )
    await expect(handle(new Request('https://x.example/', { method: 'PUT' }), {})).rejects.toBe(
      boom,
    )
    expect(records()[0]?.attributes).toMatchObject({
      'activity.status': 'failure',
      'activity.action': 'PUT',
    })
  })
})

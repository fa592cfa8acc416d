import { describe, expect, it, vi } from 'vitest'
import { ActivityError, createActivityClient } from './index.js'

function answering(...answers: (Response | Error)[]) {
  return vi.fn<typeof fetch>(async () => {
    const next = answers.shift()
    if (next instanceof Error) throw next
    if (!next) throw new Error('one request too many')
    return next
  })
}

describe('createActivityClient', () => {
  it('repeats parameters, joins fields and sends the token', async () => {
    const fetch = answering(Response.json({ items: [], page: { hasMore: false } }))
    const client = createActivityClient({
      baseUrl: 'https://a.example/activity',
      token: async () => 'secret',
      fetch,
    })
    await client.activities({ severity: ['critical', '-info'], fields: ['action', 'status'] })
    const [url, init] = fetch.mock.calls[0] ?? []
    expect(url).toBe(
      'https://a.example/activity/api/v1/activities?severity=critical&severity=-info&fields=action%2Cstatus',
    )
    expect(init?.headers).toMatchObject({ authorization: 'Bearer secret' })
  })

  it('escapes ids in paths', async () => {
    const fetch = answering(Response.json({ items: [], page: { hasMore: false } }))
    await createActivityClient({ baseUrl: 'https://a.example', fetch }).entity('a/b', '../?x#y')
    expect(fetch.mock.calls[0]?.[0]).toBe(
      'https://a.example/api/v1/entities/a%2Fb/..%2F%3Fx%23y/activities',
    )
  })

  it('makes an ActivityError of a problem, of a proxy’s page and of no answer', async () => {
    const problem = { type: 'x', title: 'Bad cursor', status: 400, detail: 'Start again.' }
    const client = createActivityClient({
      baseUrl: 'https://a.example',
      fetch: answering(
        Response.json(problem, { status: 400 }),
        new Response('<html>', { status: 502, statusText: 'Bad Gateway' }),
        new TypeError('fetch failed'),
      ),
    })
    await expect(client.me()).rejects.toMatchObject({ problem, message: 'Start again.' })
    await expect(client.me()).rejects.toMatchObject({ status: 502, message: 'Bad Gateway' })
    const lost = await client.me().catch((e: unknown) => e)
    expect(lost).toBeInstanceOf(ActivityError)
    expect(lost).toMatchObject({ status: 0 })
  })

  it('takes a server without its database for an answer', async () => {
    const fetch = answering(
      Response.json({ title: 'x', status: 503, detail: 'no db' }, { status: 503 }),
    )
    const client = createActivityClient({ baseUrl: 'https://a.example', fetch })
    expect(await client.health()).toEqual({ status: 'unavailable', reason: 'no db' })
  })

  it('reconnects a stream from the last event and ends it when it is not allowed', async () => {
    const event = (id: number) => `id: ${id}\nevent: activities\ndata: [{"id":"${id}"}]\n\n`
    const fetch = answering(
      new Response(event(1)),
      new TypeError('gone'),
      new Response(`${event(2)}event: dropped\ndata: {"count":3}\n\n`),
      Response.json({ title: 'Expired', status: 401 }, { status: 401 }),
    )
    vi.spyOn(Math, 'random').mockReturnValue(0)
    vi.useFakeTimers()
    const client = createActivityClient({ baseUrl: 'https://a.example', fetch })
    const ids: string[] = []
    const states: string[] = []
    let dropped = 0
    client.stream(
      {},
      {
        onActivities: (items) => ids.push(...items.map((a) => a.id)),
        onDropped: (n) => {
          dropped += n
        },
        onState: (state) => states.push(state),
      },
    )
    await vi.advanceTimersByTimeAsync(60_000)
    vi.useRealTimers()
    expect(ids).toEqual(['1', '2'])
    expect(dropped).toBe(3)
    expect(
      fetch.mock.calls.map(([, init]) => new Headers(init?.headers).get('last-event-id')),
    ).toEqual([null, '1', '1', '2'])
    expect(states.at(-1)).toBe('lost')
    expect(fetch).toHaveBeenCalledTimes(4)
  })
})

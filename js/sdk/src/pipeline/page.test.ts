// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { setup } from '../browser.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Answers as a Collector does; jsdom has no fetch of its own. */
function answering() {
  return vi.fn<typeof fetch>(async () => new Response('{}'))
}

function hide(state: 'hidden' | 'visible') {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

describe('a page', () => {
  it.each([
    ['is hidden', () => hide('hidden')],
    ['goes away', () => window.dispatchEvent(new Event('pagehide'))],
  ])('sends what waits when it %s', async (_, leave) => {
    const fetch = answering()
    const pipeline = setup({ endpoint: 'https://c.example', global: false, fetch })
    pipeline.recorder.logActivity({ action: 'page.view' })
    hide('visible')
    expect(fetch).not.toHaveBeenCalled()
    leave()
    expect(fetch).toHaveBeenCalledTimes(1)
    const [url, init] = fetch.mock.calls[0] ?? []
    expect(url).toBe('https://c.example/v1/logs')
    expect(init?.keepalive).toBe(true)
    expect(String(init?.body)).toContain('page.view')
    await vi.waitFor(() => expect(pipeline.delivered()).toBe(1))
    await pipeline.shutdown()
  })

  it('sends no more than a last request may have, and the rest when it comes back', async () => {
    const fetch = answering()
    const pipeline = setup({ endpoint: 'https://c.example', global: false, fetch })
    for (let i = 0; i < 300; i++) pipeline.recorder.logActivity({ action: 'page.view' })
    window.dispatchEvent(new Event('pagehide'))
    const body = String(fetch.mock.calls[0]?.[1]?.body)
    expect(new TextEncoder().encode(body).length).toBeLessThan(64 << 10)
    expect(await pipeline.flush()).toBe(true)
    expect(pipeline.delivered()).toBe(300)
    await pipeline.shutdown()
  })

  it('has no disk', () => {
    expect(() => setup({ tier: 'durable', global: false })).toThrow('in a browser use best_effort')
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AnswerCache } from './cache.js'

const answering = (value: string) => vi.fn(async (_: AbortSignal) => value)

/** A load that ends when it is told to. */
function pending() {
  let settle: { resolve: (v: string) => void; reject: (e: unknown) => void } | undefined
  const load = vi.fn(
    (signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        settle = { resolve, reject }
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  return {
    load,
    resolve: (v: string) => settle?.resolve(v),
    reject: (e: unknown) => settle?.reject(e),
  }
}

describe('AnswerCache', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('keeps an answer for its time to live', async () => {
    const cache = new AnswerCache<string>({ ttl: 1000 })
    const load = answering('a')
    expect(await cache.get('k', load)).toBe('a')
    vi.advanceTimersByTime(999)
    expect(await cache.get('k', load)).toBe('a')
    expect(load).toHaveBeenCalledTimes(1)
    expect(cache.size).toBe(1)
    vi.advanceTimersByTime(1)
    expect(cache.size).toBe(0)
    await cache.get('k', load)
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('lets go of what was not asked for longest', async () => {
    const cache = new AnswerCache<string>({ maxEntries: 2 })
    await cache.get('a', answering('a'))
    await cache.get('b', answering('b'))
    await cache.get('a', answering('again'))
    await cache.get('c', answering('c'))
    expect(cache.size).toBe(2)
    expect(await cache.get('a', answering('anew'))).toBe('a')
    expect(await cache.get('b', answering('anew'))).toBe('anew')
  })

  it('keeps nothing without a time to live or room', async () => {
    for (const options of [{ ttl: 0 }, { maxEntries: 0 }]) {
      const cache = new AnswerCache<string>(options)
      await cache.get('k', answering('a'))
      expect(cache.size).toBe(0)
      expect(await cache.get('k', answering('b'))).toBe('b')
    }
  })

  it('asks once for all that ask at the same time', async () => {
    const cache = new AnswerCache<string>()
    const { load, resolve } = pending()
    const answers = [cache.get('k', load), cache.get('k', load), cache.get('k', load)]
    resolve('one')
    expect(await Promise.all(answers)).toEqual(['one', 'one', 'one'])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('keeps no error', async () => {
    const cache = new AnswerCache<string>()
    const { load, reject } = pending()
    const answers = [cache.get('k', load), cache.get('k', load)]
    reject(new Error('down'))
    await expect(answers[0]).rejects.toThrow('down')
    await expect(answers[1]).rejects.toThrow('down')
    expect(cache.size).toBe(0)
    expect(await cache.get('k', answering('up'))).toBe('up')
  })

  it('forgets what is on its way when it is cleared', async () => {
    const cache = new AnswerCache<string>()
    const { load, resolve } = pending()
    const before = cache.get('k', load)
    cache.clear()
    const after = cache.get('k', answering('new'))
    resolve('old')
    expect(await before).toBe('old')
    expect(await after).toBe('new')
    expect(await cache.get('k', load)).toBe('new')
  })

  it('ends the loading when the last one leaves, and not before', async () => {
    const cache = new AnswerCache<string>()
    const { load } = pending()
    const [one, two] = [new AbortController(), new AbortController()]
    const first = cache.get('k', load, one.signal)
    const second = cache.get('k', load, two.signal)
    one.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    expect(load.mock.calls[0]?.[0].aborted).toBe(false)
    two.abort()
    await expect(second).rejects.toMatchObject({ name: 'AbortError' })
    expect(load.mock.calls[0]?.[0].aborted).toBe(true)
    expect(await cache.get('k', answering('anew'))).toBe('anew')
  })

  it('goes on for whoever can not leave', async () => {
    const cache = new AnswerCache<string>()
    const { load, resolve } = pending()
    const stays = cache.get('k', load)
    const leaver = new AbortController()
    const leaves = cache.get('k', load, leaver.signal)
    leaver.abort()
    await expect(leaves).rejects.toMatchObject({ name: 'AbortError' })
    resolve('a')
    expect(await stays).toBe('a')
    await expect(cache.get('k', load, leaver.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

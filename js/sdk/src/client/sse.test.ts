import { describe, expect, it } from 'vitest'
import { createEventParser } from './sse.js'

const stream =
  ': hello\n\nid: 7\nevent: activities\ndata: [1,\ndata: 2]\n\nevent: heartbeat\r\ndata:{}\r\n\r\ndata: é\r\r'

const expected = [
  { type: 'activities', data: '[1,\n2]', id: '7' },
  { type: 'heartbeat', data: '{}', id: '7' },
  { type: 'message', data: 'é', id: '7' },
]

describe('createEventParser', () => {
  it('reads events with every kind of line end', () => {
    expect(createEventParser()(stream)).toEqual(expected)
  })

  it('does not care where the pieces are cut', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const parse = createEventParser()
      const events = [...parse(stream.slice(0, cut)), ...parse(stream.slice(cut))]
      expect(events, `cut at ${cut}`).toEqual(expected)
    }
    const parse = createEventParser()
    expect([...stream].flatMap((c) => parse(c))).toEqual(expected)
  })

  it('keeps an unfinished event to itself', () => {
    expect(createEventParser()('data: x\n')).toEqual([])
  })
})

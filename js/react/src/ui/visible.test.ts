import { describe, expect, it } from 'vitest'
import { isTraceId, traceHref, visible } from './visible'

describe('visible', () => {
  it.each([
    ['plain äöü 漢字 👩', 'plain äöü 漢字 👩'],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['a\tb\r\nc', 'a\\tb\\r\\nc'],
    ['\u0000\u001b[31m', '\\u0000\\u001b[31m'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['lone \ud800', 'lone \\ud800'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('shows %j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })
})

describe('traceHref', () => {
  const id = '0af7651916cd43dd8448eb211c80319c'
  it('links valid ids only, to web pages only', () => {
    expect(traceHref('https://t.example/{traceId}', id)).toBe(`https://t.example/${id}`)
    expect(traceHref('javascript:alert("{traceId}")', id)).toBeUndefined()
    expect(traceHref('https://t.example/{traceId}', '"><script>')).toBeUndefined()
    expect(traceHref(undefined, id)).toBeUndefined()
    expect(isTraceId('0'.repeat(32))).toBe(false)
    expect(isTraceId(id.toUpperCase())).toBe(false)
  })
})

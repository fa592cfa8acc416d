import { describe, expect, it } from 'vitest'
import { completions, fieldToAsk, typingAt } from './complete'

function complete(text: string, values: string[] = []) {
  const caret = text.indexOf('|')
  const line = text.replace('|', '')
  const typing = typingAt(line, caret)
  return {
    ask: fieldToAsk(typing),
    prefix: typing?.prefix,
    lines: completions(line, typing, values).map(
      (c) => `${c.line.slice(0, c.caret)}|${c.line.slice(c.caret)}`,
    ),
  }
}

describe('completions', () => {
  it('offers keys', () => {
    expect(complete('x ac|').lines).toEqual(['x action:|', 'x actor:|'])
    expect(complete('-sev|').lines).toEqual(['-severity:|'])
    expect(complete('|').lines).toHaveLength(11)
  })

  it('offers the words of severity, status and source without asking', () => {
    expect(complete('severity:c|')).toMatchObject({
      ask: undefined,
      lines: ['severity:critical |'],
    })
  })

  it('asks for values, quotes them and keeps what is around', () => {
    const offered = complete('action:x actor:"Al|" y', ['Alice B', 'Al'])
    expect(offered).toMatchObject({ ask: 'actorId', prefix: 'Al' })
    expect(offered.lines).toEqual(['action:x actor:"Alice B" | y', 'action:x actor:Al | y'])
  })

  it('completes one value of a list', () => {
    expect(complete('actor:a,b|,c', ['bob']).lines).toEqual(['actor:a,bob|,c'])
    expect(complete('actor:"x,y",b|', ['bob']).lines).toEqual(['actor:"x,y",bob |'])
  })

  it('has nothing to say within a word', () => {
    expect(complete('https://x|').lines).toEqual([])
  })
})

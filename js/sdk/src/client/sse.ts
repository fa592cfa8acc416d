/** One server-sent event. */
export interface ServerEvent {
  type: string
  data: string
  id: string | undefined
}

/**
 * Splits a stream of text into server-sent events, as the HTML standard says;
 * the returned function takes the next piece and gives the events it completes.
 */
export function createEventParser(): (chunk: string) => ServerEvent[] {
  let rest = ''
  let type = ''
  let data: string[] = []
  let id: string | undefined
  // A CR at the end of a piece may be half of a CRLF.
  let skipLF = false

  const line = (text: string, out: ServerEvent[]) => {
    if (text === '') {
      if (data.length > 0) out.push({ type: type || 'message', data: data.join('\n'), id })
      type = ''
      data = []
      return
    }
    if (text.startsWith(':')) return
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    let value = colon < 0 ? '' : text.slice(colon + 1)
    if (value.startsWith(' ')) value = value.slice(1)
    if (field === 'event') type = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) id = value
  }

  return (chunk) => {
    const out: ServerEvent[] = []
    let text = chunk
    if (skipLF && text.startsWith('\n')) text = text.slice(1)
    skipLF = text === '' ? skipLF : text.endsWith('\r')
    text = rest + text
    let start = 0
    for (let i = start; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c !== 10 && c !== 13) continue
      line(text.slice(start, i), out)
      if (c === 13 && text.charCodeAt(i + 1) === 10) i++
      start = i + 1
    }
    rest = text.slice(start)
    return out
  }
}

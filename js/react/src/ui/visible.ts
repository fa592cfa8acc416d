/*
 * Characters that steer a terminal, hide, or turn the direction of what follows; shown
 * as escapes, so that a name can't pretend to be another one. Tab and line feed too:
 * these texts stand on one line.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\u034f|[\u115f\u1160\u3164\uffa0]/gu

const short: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** The text with control, bidi and invisible characters written as escapes. */
export function visible(text: string): string {
  return text.replace(hidden, (c) => short[c] ?? escaped(c.codePointAt(0) ?? 0))
}

function escaped(code: number): string {
  const hex = code.toString(16)
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Whether it can be put into a trace's address. */
export function isTraceId(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{32}$/.test(value) && !/^0+$/.test(value)
}

/** The trace's address, when there is a template that leads to a web page, and a valid id. */
export function traceHref(template: string | undefined, traceId: string | undefined) {
  if (!template || !isTraceId(traceId)) return undefined
  const url = template.replaceAll('{traceId}', traceId)
  return URL.canParse(url, document.baseURI) &&
    /^https?:$/.test(new URL(url, document.baseURI).protocol)
    ? url
    : undefined
}

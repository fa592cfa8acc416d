import type { SuggestField } from '../client'
import type { FilterField } from '../state/filters'
import { keyOf, quote, type Token, tokenize } from './query'

export interface Completion {
  /** What is shown. */
  label: string
  /** The line with it in place, and where the caret goes. */
  line: string
  caret: number
}

/** What is being typed at the caret. */
export type Typing =
  | { kind: 'key'; prefix: string; not: boolean; start: number; end: number }
  | { kind: 'value'; field: FilterField; prefix: string; start: number; end: number }

const fixedValues: Partial<Record<FilterField, string[]>> = {
  severity: ['critical', 'warning', 'notice', 'info'],
  status: ['success', 'failure', 'pending', 'canceled', 'unknown'],
  source: ['user', 'system', 'integration', 'database', 'scheduled'],
}

const suggested: ReadonlySet<FilterField> = new Set<FilterField & SuggestField>([
  'action',
  'actorId',
  'entityType',
  'entityId',
  'projectId',
])

export function typingAt(line: string, caret: number): Typing | undefined {
  const token = tokenize(line).find((t) => t.start <= caret && caret <= t.end)
  if (!token) return { kind: 'key', prefix: '', not: false, start: caret, end: caret }
  if (token.field && caret >= token.valueStart) return valueTyping(line, caret, token)
  const typed = line.slice(token.start, caret)
  const match = /^(-?)([A-Za-z]*)$/.exec(typed)
  if (!match || caret < token.end) return undefined
  return {
    kind: 'key',
    prefix: match[2] ?? '',
    not: match[1] === '-',
    start: token.start,
    end: caret,
  }
}

function valueTyping(line: string, caret: number, token: Token): Typing | undefined {
  if (!token.field) return undefined
  const typed = line.slice(token.valueStart, caret)
  const start = token.valueStart + lastComma(typed) + 1
  const prefix = line.slice(start, caret).replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')
  const rest = line.slice(caret, token.end)
  const comma = rest.indexOf(',')
  return {
    kind: 'value',
    field: token.field,
    prefix,
    start,
    end: comma < 0 ? token.end : caret + comma,
  }
}

/** The last comma outside of quotes. */
function lastComma(text: string): number {
  let quoted = false
  let found = -1
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && quoted) i++
    else if (text[i] === '"') quoted = !quoted
    else if (text[i] === ',' && !quoted) found = i
  }
  return found
}

/** The field to ask the server for values of, when they aren't known here. */
export function fieldToAsk(typing: Typing | undefined): SuggestField | undefined {
  return typing?.kind === 'value' && suggested.has(typing.field)
    ? (typing.field as SuggestField)
    : undefined
}

export function completions(
  line: string,
  typing: Typing | undefined,
  values: readonly string[],
): Completion[] {
  if (!typing) return []
  const put = (label: string, text: string): Completion => {
    const head = line.slice(0, typing.start) + text
    return { label, line: head + line.slice(typing.end), caret: head.length }
  }
  const prefix = typing.prefix.toLowerCase()
  if (typing.kind === 'key') {
    const not = typing.not ? '-' : ''
    return Object.values(keyOf)
      .filter((key) => key.startsWith(prefix))
      .map((key) => put(`${not}${key}:`, `${not}${key}:`))
  }
  const known = fixedValues[typing.field]?.filter((value) => value.startsWith(prefix)) ?? values
  return known.map((value) =>
    put(value, line[typing.end] === ',' ? quote(value) : `${quote(value)} `),
  )
}

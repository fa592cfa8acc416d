import { type FilterField, type Filters, filterFields } from '../state/filters'

/*
 * The query line: `severity:critical actor:alice -status:success any text`.
 * Values with blanks, quotes or commas stand in double quotes with \" and \\ in them;
 * commas between values mean OR, as repeating the key does; -key:value means not.
 */

const aliases: Record<string, FilterField> = {
  project: 'projectId',
  severity: 'severity',
  sev: 'severity',
  status: 'status',
  source: 'source',
  action: 'action',
  entity: 'entityId',
  type: 'entityType',
  actor: 'actorId',
  behalf: 'onBehalfOf',
  trace: 'traceId',
  operation: 'operationId',
}
for (const field of filterFields) aliases[field.toLowerCase()] = field

/** The keys as they are written by `formatQuery`, in the order of the fields. */
export const keyOf: Record<FilterField, string> = {
  projectId: 'project',
  severity: 'severity',
  status: 'status',
  source: 'source',
  action: 'action',
  entityType: 'type',
  entityId: 'entity',
  actorId: 'actor',
  onBehalfOf: 'behalf',
  traceId: 'trace',
  operationId: 'operation',
}

export function fieldOf(key: string): FilterField | undefined {
  return Object.hasOwn(aliases, key.toLowerCase()) ? aliases[key.toLowerCase()] : undefined
}

export interface Token {
  start: number
  end: number
  /** Absent for plain text. */
  field?: FilterField
  not: boolean
  values: string[]
  /** Where the value begins, behind the colon. */
  valueStart: number
}

/** Splits a query line; everything that is not `key:value` with a known key is text. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < line.length) {
    if (isBlank(line[at])) {
      at++
      continue
    }
    const start = at
    const head = /^(-?)([A-Za-z]+):/.exec(line.slice(at))
    const field = head?.[2] ? fieldOf(head[2]) : undefined
    const valueStart = field && head ? start + head[0].length : start
    const read = readValues(line, valueStart, field !== undefined)
    at = read.end
    tokens.push({
      start,
      end: at,
      ...(field && { field }),
      not: field !== undefined && head?.[1] === '-',
      values: read.values,
      valueStart,
    })
  }
  return tokens
}

function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\u00a0'
}

function readValues(line: string, start: number, list: boolean): { values: string[]; end: number } {
  const values: string[] = []
  let value = ''
  let at = start
  for (; at < line.length && !isBlank(line[at]); at++) {
    const c = line[at]
    if (c === '"') {
      const quoted = readQuoted(line, at + 1)
      value += quoted.value
      at = quoted.end
    } else if (c === ',' && list) {
      if (value) values.push(value)
      value = ''
    } else value += c
  }
  if (value) values.push(value)
  return { values, end: at }
}

/** Up to the closing quote, or to the end of the line while it is still being typed. */
function readQuoted(line: string, start: number): { value: string; end: number } {
  let value = ''
  let at = start
  for (; at < line.length && line[at] !== '"'; at++) {
    if (line[at] === '\\' && at + 1 < line.length) at++
    value += line[at]
  }
  return { value, end: at }
}

export function parseQuery(line: string): Filters {
  const lists: Partial<Record<FilterField, string[]>> = {}
  const text: string[] = []
  for (const token of tokenize(line)) {
    if (!token.field) {
      text.push(...token.values)
      continue
    }
    lists[token.field] ??= []
    const list = lists[token.field] ?? []
    for (const value of token.values) {
      const marked = token.not ? `-${value}` : value
      if (!list.includes(marked)) list.push(marked)
    }
    if (list.length === 0) delete lists[token.field]
  }
  return text.length > 0 ? { ...lists, q: text.join(' ') } : lists
}

export function formatQuery(filters: Filters): string {
  const parts: string[] = []
  for (const field of filterFields) {
    const values = filters[field] ?? []
    const asked = values.filter((v) => !v.startsWith('-'))
    if (asked.length > 0) parts.push(`${keyOf[field]}:${asked.map(quote).join(',')}`)
    for (const v of values)
      if (v.startsWith('-')) parts.push(`-${keyOf[field]}:${quote(v.slice(1))}`)
  }
  if (filters.q) parts.push(quoteText(filters.q))
  return parts.join(' ')
}

export function quote(value: string): string {
  if (value !== '' && !/[\s"\\,]/.test(value)) return value
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** Text stays as it is unless it would read as something else. */
function quoteText(text: string): string {
  const again = parseQuery(text)
  return again.q === text && Object.keys(again).length === 1 ? text : quote(text)
}

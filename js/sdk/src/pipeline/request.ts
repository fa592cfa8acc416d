/** A record on its way, encoded when it is sent or before it is stored. */
export interface Entry {
  /** Both as JSON. */
  resource: string
  scope: string
  record: string
}

/** Joins entries to one OTLP request, those of the same resource and scope together. */
export function toRequest(entries: readonly Entry[]): string {
  const groups = new Map<string, string[]>()
  for (const { resource, scope, record } of entries) {
    const head = `{"resource":${resource},"scopeLogs":[{"scope":${scope},"logRecords":[`
    const records = groups.get(head)
    if (records) records.push(record)
    else groups.set(head, [record])
  }
  const parts = [...groups].map(([head, records]) => `${head}${records.join(',')}]}]}`)
  return `{"resourceLogs":[${parts.join(',')}]}`
}

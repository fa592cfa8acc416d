/** What tests/ui started. */
function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: these tests are run by \`go test ./tests/ui\``)
  return value
}

export const siteURL = () => setting('SITE_URL')
export const otlpURL = () => setting('SITE_OTLP')
export const guardedURL = () => setting('GUARDED_URL')
export const guardedToken = () => setting('GUARDED_TOKEN')

async function order(command: 'stop' | 'start' | 'differ'): Promise<void> {
  const answer = await fetch(`${setting('SITE_CONTROL')}/${command}`, { method: 'POST' })
  if (!answer.ok) throw new Error(`${command}: ${await answer.text()}`)
}

export const stopSite = () => order('stop')
export const startSite = () => order('start')
/** Lets the migration have its differences again. */
export const differ = () => order('differ')

export interface Emitted {
  action: string
  actor?: string
  project?: string
  details?: string
  at?: Date
}

/** Sends activities as any OpenTelemetry client would, over OTLP/HTTP. */
export async function emit(...activities: Emitted[]): Promise<void> {
  const text = (key: string, value: string | undefined) =>
    value ? [{ key, value: { stringValue: value } }] : []
  const logRecords = activities.map((a) => ({
    eventName: a.action,
    timeUnixNano: `${(a.at ?? new Date()).getTime()}000000`,
    body: { stringValue: a.details ?? '' },
    attributes: [
      ...text('log.record.uid', crypto.randomUUID()),
      ...text('user.id', a.actor ?? 'visitor'),
      ...text('activity.project.id', a.project ?? 'acme'),
      ...text('activity.status', 'success'),
    ],
  }))
  const answer = await fetch(`${otlpURL()}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  })
  if (!answer.ok) throw new Error(`emit: ${answer.status} ${await answer.text()}`)
}

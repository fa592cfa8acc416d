import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setup } from '@otel-activity/sdk'
import { makeApp } from './app.js'
import { Database } from './database.js'
import { cancelAbandoned } from './job.js'
import { Payments } from './payments.js'
import { startTracing } from './telemetry.js'

/** How often abandoned orders are looked for, in ms. */
const jobInterval = 7000

const { DATABASE_URL, PAYMENTS_URL, PORT = '8090' } = process.env
if (!DATABASE_URL || !PAYMENTS_URL) {
  throw new Error('set DATABASE_URL to a Postgres and PAYMENTS_URL to examples/shop-go')
}

// One line for activities.
const activities = setup({
  serviceName: 'storefront',
  serviceVersion: '1.0.0',
  environment: 'demo',
  flushOnExit: false,
})
startTracing()

const database = new Database(DATABASE_URL)
await database.prepare()
const server = createServer(makeApp(database, new Payments(PAYMENTS_URL)))
server.listen(Number(PORT), '127.0.0.1', () => {
  say(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
const job = setInterval(() => void cancelAbandoned(database), jobInterval)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close())

/** Ends in order. The last line says how many activities there were. */
async function close(): Promise<void> {
  clearInterval(job)
  await new Promise((resolve) => server.close(resolve))
  await database.close()
  await activities.shutdown()
  say(`delivered ${activities.delivered()}, dropped ${activities.dropped()}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

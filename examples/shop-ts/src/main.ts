import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { logSystemEvent, setup } from '@otel-activity/sdk'
import { makeApp } from './app.js'
import { Database } from './database.js'
import { cancelAbandoned } from './job.js'
import { Payments } from './payments.js'
import { startTracing } from './telemetry.js'

/** How often abandoned orders are looked for, in ms. */
const jobInterval = 7000

const { ADMIN_SESSION, DATABASE_URL, PAYMENTS_URL, PORT = '8090' } = process.env
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
if (ADMIN_SESSION) await database.ensureAdmin(ADMIN_SESSION)
const server = createServer(makeApp(database, new Payments(PAYMENTS_URL)))
server.listen(Number(PORT), '127.0.0.1', () => {
  say(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
let running = Promise.resolve()
const job = setInterval(() => {
  // One after the other; a job that fails says so and does not end the shop.
  running = running
    .then(() => cancelAbandoned(database))
    .catch((error: unknown) => {
      void logSystemEvent('order.expire', { error, severity: 'critical' })
    })
}, jobInterval)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close())

/** Ends in order. The last line says how many activities there were. */
async function close(): Promise<void> {
  clearInterval(job)
  await running
  await new Promise((resolve) => server.close(resolve))
  await database.close()
  await activities.shutdown()
  say(`delivered ${activities.delivered()}, dropped ${activities.dropped()}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

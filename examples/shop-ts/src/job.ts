import { runWithActivityContext, withBatchLogging } from '@otel-activity/sdk'
import type { Database } from './database.js'
import { inSpan } from './telemetry.js'

/** After how many seconds an order that nobody paid for is given up. */
const patience = 5

/** Cancels abandoned orders, as a scheduled job: a batch whose items share its operation. */
export async function cancelAbandoned(database: Database): Promise<void> {
  const orders = await database.abandoned(patience)
  if (orders.length === 0) return
  const actor = { id: 'abandoned-orders', type: 'system' as const }
  await inSpan('cancel abandoned orders', () =>
    runWithActivityContext({ actor }, () =>
      withBatchLogging(
        'order.expire',
        orders.length,
        async (batch) => {
          for (const order of orders) {
            await runWithActivityContext({ projectId: order.project }, () =>
              database.changeOrder(order, 'canceled').catch(() => batch.fail()),
            )
          }
        },
        { source: 'scheduled', pending: true },
      ),
    ),
  )
}

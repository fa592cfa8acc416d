import { withApiLogging } from '@otel-activity/sdk'
import { outgoing } from './telemetry.js'

/** Calls the payment service, examples/shop-go. Each call is recorded and continues the trace. */
export class Payments {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  charge(orderId: string, cents: number): Promise<Response> {
    return this.#post('/payments', { order_id: orderId, cents })
  }

  refund(orderId: string, reason: string): Promise<Response> {
    return this.#post(`/payments/${encodeURIComponent(orderId)}/refund`, { reason })
  }

  #post(path: string, body: object): Promise<Response> {
    const url = this.#url + path
    return withApiLogging(url, 'POST', () =>
      fetch(url, { method: 'POST', headers: outgoing(), body: JSON.stringify(body) }),
    )
  }
}

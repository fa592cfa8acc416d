import { trace } from '@opentelemetry/api'
import { defaultRecorder } from '../global.js'
import { currentActivityContext, merge } from '../scope.js'
import * as s from '../semconv.gen.js'
import { ascii } from './ascii.js'

/** The message of a context that says nothing, which holds when a transaction begins. */
export const nothing = '{}'

/**
 * What the running code says about its activities, its span included, as the message that
 * goes into the transaction: for who sends it by other means than node-postgres.
 */
export function contextMessage(): string {
  const context = merge(currentActivityContext(), defaultRecorder().options)
  const { actor, onBehalfOf } = context
  const message = {
    [s.ATTR_ACTIVITY_ACTOR_ID]: actor?.id,
    [s.ATTR_ACTIVITY_ACTOR_TYPE]: actor?.type || (actor?.id && s.ActivityActorType.USER),
    [s.ATTR_ACTIVITY_ON_BEHALF_OF_ID]: onBehalfOf?.id,
    [s.ATTR_ACTIVITY_ON_BEHALF_OF_TYPE]: onBehalfOf?.type,
    [s.ATTR_ACTIVITY_PROJECT_ID]: context.projectId,
    [s.ATTR_ACTIVITY_OPERATION_ID]: context.operationId,
    [s.ATTR_ACTIVITY_REASON]: context.reason,
    traceparent: traceparent(),
  }
  const said = Object.entries(message).filter(([, value]) => value)
  return ascii(JSON.stringify(Object.fromEntries(said.map(([key, value]) => [key, `${value}`]))))
}

function traceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  if (!span) return undefined
  const flags = span.traceFlags.toString(16).padStart(2, '0')
  return `00-${span.traceId}-${span.spanId}-${flags}`
}

import { type Context, propagation } from '@opentelemetry/api'
import { textOf, wellFormed } from './repair.js'
import { currentActivityContext } from './scope.js'
import * as s from './semconv.gen.js'
import type { ActivityContext } from './types.js'

/**
 * Returns a context of OpenTelemetry whose W3C baggage names the actor, for whom it acts,
 * the project and the operation, so that a propagator takes them to the next service.
 * Names, e-mail addresses and roles stay behind. Baggage goes to whoever is called: ask
 * for it only between services of your own.
 */
export function toBaggage(context: Context, activity = currentActivityContext()): Context {
  let baggage = propagation.getBaggage(context) ?? propagation.createBaggage()
  const { actor, onBehalfOf } = activity
  const members: Record<string, string | undefined> = {
    [s.ATTR_ACTIVITY_ACTOR_ID]: actor?.id,
    [s.ATTR_ACTIVITY_ACTOR_TYPE]: actor?.id && (actor.type ?? s.ActivityActorType.USER),
    [s.ATTR_ACTIVITY_ON_BEHALF_OF_ID]: onBehalfOf?.id,
    [s.ATTR_ACTIVITY_ON_BEHALF_OF_TYPE]: onBehalfOf?.type,
    [s.ATTR_ACTIVITY_PROJECT_ID]: activity.projectId,
    [s.ATTR_ACTIVITY_OPERATION_ID]: activity.operationId,
  }
  for (const [name, value] of Object.entries(members)) {
    // A propagator throws for a lone surrogate, into the application's own request.
    if (value) baggage = baggage.setEntry(name, { value: wellFormed(textOf(value)) })
  }
  return propagation.setBaggage(context, baggage)
}

/**
 * Returns what {@link toBaggage} of the calling service has sent, for
 * `runWithActivityContext`. A caller can claim to be anybody: believe services of your own
 * only.
 */
export function fromBaggage(context: Context): ActivityContext {
  const baggage = propagation.getBaggage(context)
  const member = (name: string) => baggage?.getEntry(name)?.value || undefined
  const actorId = member(s.ATTR_ACTIVITY_ACTOR_ID)
  const onBehalfOfId = member(s.ATTR_ACTIVITY_ON_BEHALF_OF_ID)
  return {
    actor: actorId
      ? { id: actorId, type: member(s.ATTR_ACTIVITY_ACTOR_TYPE) as s.ActivityActorType | undefined }
      : undefined,
    onBehalfOf: onBehalfOfId
      ? {
          id: onBehalfOfId,
          type: member(s.ATTR_ACTIVITY_ON_BEHALF_OF_TYPE) as s.ActivityActorType | undefined,
        }
      : undefined,
    projectId: member(s.ATTR_ACTIVITY_PROJECT_ID),
    operationId: member(s.ATTR_ACTIVITY_OPERATION_ID),
  }
}

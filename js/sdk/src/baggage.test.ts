// @vitest-environment node
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import { W3CBaggagePropagator } from '@opentelemetry/core'
import { describe, expect, it } from 'vitest'
import { fromBaggage, runWithActivityContext, toBaggage } from './index.js'

describe('baggage', () => {
  it('carries who and where to the next service', () => {
    const carrier: Record<string, string> = {}
    const propagator = new W3CBaggagePropagator()
    const said = {
      actor: { id: 'ü,;= 1', name: 'Ada', email: 'ada@example.org' },
      onBehalfOf: { id: 'u-2', type: 'agent' as const },
      projectId: 'acme',
      operationId: 'op-1',
    }
    runWithActivityContext(said, () => {
      propagator.inject(toBaggage(ROOT_CONTEXT), carrier, {
        set: (c, k, v) => {
          c[k] = v
        },
      })
    })
    expect(carrier.baggage).not.toMatch(/Ada|example/)
    const received = propagator.extract(ROOT_CONTEXT, carrier, {
      get: (c, k) => c[k],
      keys: (c) => Object.keys(c),
    })
    expect(fromBaggage(received)).toEqual({
      ...said,
      actor: { id: 'ü,;= 1', type: 'user' },
    })
    expect(fromBaggage(ROOT_CONTEXT)).toEqual({})
  })

  it('does not make a propagator throw', () => {
    const baggage = propagation.getBaggage(
      toBaggage(ROOT_CONTEXT, { actor: { id: 'u\uD800' }, projectId: 7 as never }),
    )
    expect(baggage?.getEntry('activity.actor.id')?.value).toBe('u\uFFFD')
    expect(baggage?.getEntry('activity.project.id')?.value).toBe('7')
  })
})

import type { Migration } from '../client'
import { Icon } from '../ui'
import { type StepState, steps } from './gating'

const names: Record<string, string> = {
  discovered: 'Discover',
  prepared: 'Prepare',
  backfilling: 'Backfill',
  shadowing: 'Shadow',
  fenced: 'Fence',
  sweeping: 'Sweep',
  verified: 'Verify',
  complete: 'Complete',
}

const words: Record<StepState, string> = {
  done: 'done',
  current: 'now',
  ahead: 'to come',
  stopped: 'stopped',
}

/** The phases in their order, and which one it is. */
export function PhaseStepper({ migration }: { migration: Migration }) {
  return (
    <ol className="oa-steps" aria-label="Phases">
      {steps(migration).map(({ phase, state }) => (
        <li key={phase} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
          <span className="oa-step-mark">
            {state === 'done' && <Icon name="check" size={12} />}
          </span>
          {names[phase]}
          <span className="oa-visually-hidden">, {words[state]}</span>
        </li>
      ))}
    </ol>
  )
}

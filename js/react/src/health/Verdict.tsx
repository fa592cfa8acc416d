import '../ui/figures.css'
import type { Verdict } from './pipeline'

export const verdictLabel: Record<Verdict, string> = {
  ok: 'Healthy',
  warning: 'Needs attention',
  critical: 'In trouble',
  unknown: 'Unknown',
}

/** How something is doing; the word says it, the colour repeats it. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <span className="oa-verdict" data-verdict={verdict}>
      {verdictLabel[verdict]}
    </span>
  )
}

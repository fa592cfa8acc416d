import { useActivity } from '../state/context'
import { Text } from '../ui'
import { count } from '../ui/format'

/** What steers a migration from one of its rows; undefined when it has ended. */
export type Retry = (() => void) | undefined

/** How many rows differ; more than none is trouble. */
export function DifferingCell({ value }: { value: number }) {
  const { locale } = useActivity()
  return (
    <td className="oa-end" data-verdict={value > 0 ? 'critical' : 'ok'}>
      {count(value, locale)}
    </td>
  )
}

interface ErrorsCellProps {
  name: string
  errors: readonly string[]
  differing: number
  onRetry: Retry
}

/** What is wrong with a table, and a button that tries it again. */
export function ErrorsCell({ name, errors, differing, onRetry }: ErrorsCellProps) {
  const fine = errors.length === 0
  return (
    <td className="oa-cell-wide" data-verdict={fine ? 'ok' : 'critical'}>
      <span className="oa-trouble">
        {fine ? <span className="oa-muted">none</span> : <Text value={errors.join('; ')} />}
        {onRetry && (!fine || differing > 0) && (
          <button
            type="button"
            className="oa-link oa-retry"
            aria-label={`Retry ${name}`}
            onClick={onRetry}
          >
            Retry
          </button>
        )}
      </span>
    </td>
  )
}

import { Text } from './Text'

/** A value that always looks the same wherever it stands: a severity or a status. */
export function Badge({ kind, value }: { kind: 'severity' | 'status'; value: string }) {
  return (
    <span className="oa-badge" data-kind={kind} data-value={value}>
      <Text value={value} />
    </span>
  )
}

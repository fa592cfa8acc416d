import { useActivity } from '../state/context'
import { Text } from '../ui'
import { count } from '../ui/format'
import type { StackRow } from './rows'

interface ChartTooltipProps {
  row: StackRow | undefined
  title: string
  series: readonly string[]
}

/** The figures of the bar under the pointer. */
export function ChartTooltip({ row, title, series }: ChartTooltipProps) {
  const { locale } = useActivity()
  if (!row) return null
  return (
    <div className="oa-tooltip">
      <p>
        <Text value={title} />
      </p>
      <dl>
        {series
          .filter((name) => row.counts[name])
          .map((name) => (
            <div key={name}>
              <dt>
                <span className="oa-swatch" data-fill={name} />
                {name}
              </dt>
              <dd>{count(row.counts[name] ?? 0, locale)}</dd>
            </div>
          ))}
        <div>
          <dt>total</dt>
          <dd>{count(row.total, locale)}</dd>
        </div>
      </dl>
    </div>
  )
}

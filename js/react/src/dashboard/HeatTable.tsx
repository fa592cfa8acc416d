import { useActivity } from '../state/context'
import { count } from '../ui/format'
import { hourName, weekdays } from './HeatMap'
import type { HeatCell } from './heat'

/** The hours of the week as a table, a day a column. */
export function HeatTable({ grid }: { grid: readonly (readonly HeatCell[])[] }) {
  const { locale } = useActivity()
  return (
    <table className="oa-figures">
      <caption className="oa-visually-hidden">Activities by hour of the week</caption>
      <thead>
        <tr>
          <th scope="col">Hour</th>
          {weekdays.map((day) => (
            <th key={day} scope="col">
              {day}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: 24 }, (_, hour) => hour).map((hour) => (
          <tr key={hour}>
            <th scope="row">{hourName(hour)}</th>
            {grid.map((row, index) => (
              <td key={weekdays[index]}>{count(row[hour]?.count ?? 0, locale)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

import type { ReactNode } from 'react'
import type { HeatCell } from './heat'

export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Hours of the week. Not a chart of Recharts: 168 cells of a CSS grid need no measuring and no script. */
export function HeatMap({
  grid,
  format,
}: {
  grid: readonly (readonly HeatCell[])[]
  format: (count: number) => string
}): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="oa-heat" aria-label="Hours of the week" tabIndex={0}>
      <div className="oa-heat-grid" role="img" aria-label={summary(grid, format)}>
        {grid.map((row, index) => (
          <div key={weekdays[index]} className="oa-heat-row">
            <span className="oa-heat-day">{weekdays[index]}</span>
            {row.map((cell) => (
              <span
                key={cell.hour}
                className="oa-heat-cell"
                data-level={cell.level}
                title={`${weekdays[index]} ${hourName(cell.hour)}: ${format(cell.count)}`}
              />
            ))}
          </div>
        ))}
        <div className="oa-heat-row oa-heat-hours">
          <span />
          {[0, 6, 12, 18].map((hour) => (
            <span key={hour} className="oa-heat-hour">
              {hourName(hour)}
            </span>
          ))}
        </div>
      </div>
      <div className="oa-heat-legend" aria-hidden="true">
        less
        {[0, 1, 2, 3, 4].map((level) => (
          <span key={level} className="oa-heat-cell" data-level={level} />
        ))}
        more
      </div>
    </section>
  )
}

export function hourName(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`
}

function summary(
  grid: readonly (readonly HeatCell[])[],
  format: (count: number) => string,
): string {
  let busiest: HeatCell | undefined
  for (const cell of grid.flat()) {
    if (cell.count > (busiest?.count ?? 0)) busiest = cell
  }
  if (!busiest) return 'Activities by hour of the week: none'
  const day = weekdays[busiest.weekday - 1]
  return `Activities by hour of the week; busiest ${day} ${hourName(busiest.hour)} with ${format(busiest.count)}`
}

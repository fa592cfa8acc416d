import { useState } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { useActivity } from '../state/context'
import { shortCount } from '../ui/format'
import { visible } from '../ui/visible'
import { nameEvery } from './axis'
import { ChartTooltip } from './ChartTooltip'
import type { StackRow } from './rows'

interface StackChartProps {
  /** What a screen reader says instead; the figures are in the table. */
  label: string
  rows: readonly StackRow[]
  /** From the axis outwards. */
  series: readonly string[]
  /** Bars that lie leave room for long names. */
  layout?: 'standing' | 'lying'
  /** The name at the axis and in the tooltip. */
  nameOf: (row: StackRow) => string
  height: number
  nameWidth?: number
  onPick?: ((row: StackRow, series: string) => void) | undefined
}

const tick = { fill: 'var(--oa-text-3)', fontSize: 11 }
const axis = { stroke: 'var(--oa-border)' }

/** Stacked bars. All that needs Recharts is in here. */
export function StackChart({ label, layout = 'standing', rows, series, ...rest }: StackChartProps) {
  const { height, nameWidth = 96, nameOf, onPick } = rest
  const { locale } = useActivity()
  const [width, setWidth] = useState(480)
  const lying = layout === 'lying'
  const names = new Map(rows.map((row, index) => [row.key, { name: nameOf(row), index }]))
  const nameAxis = {
    type: 'category' as const,
    dataKey: 'key',
    tick,
    axisLine: axis,
    tickLine: false,
    // Recharts would drop names as it sees fit; these are the ones that have room.
    interval: lying ? 0 : nameEvery(rows.length, width) - 1,
    tickFormatter: (key: string) => shorten(visible(names.get(key)?.name ?? key), nameWidth),
  }
  const countAxis = {
    type: 'number' as const,
    tick,
    axisLine: false,
    tickLine: false,
    allowDecimals: false,
    tickFormatter: (value: number) => shortCount(value, locale),
  }
  return (
    <div className="oa-chart" role="img" aria-label={label} style={{ blockSize: height }}>
      <ResponsiveContainer
        width="100%"
        height="100%"
        initialDimension={{ width, height }}
        onResize={setWidth}
      >
        <BarChart
          data={[...rows]}
          layout={lying ? 'vertical' : 'horizontal'}
          margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          barCategoryGap={lying ? 6 : '18%'}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--oa-border)" horizontal={!lying} vertical={lying} />
          {lying ? <XAxis {...countAxis} height={20} /> : <XAxis {...nameAxis} height={22} />}
          {lying ? <YAxis {...nameAxis} width={nameWidth} /> : <YAxis {...countAxis} width={40} />}
          <Tooltip
            cursor={{ fill: 'var(--oa-hover)' }}
            isAnimationActive={false}
            content={({ active, label: key }) => {
              const row = active ? rows[names.get(String(key))?.index ?? -1] : undefined
              return <ChartTooltip row={row} title={row ? nameOf(row) : ''} series={series} />
            }}
          />
          {series.map((name) => (
            <Bar
              key={name}
              dataKey={(row: StackRow) => row.counts[name] ?? 0}
              name={name}
              stackId="all"
              fill={fillOf(name)}
              isAnimationActive={false}
              maxBarSize={lying ? 18 : 44}
              {...(onPick && {
                cursor: 'pointer',
                onClick: (_: unknown, index: number) => {
                  const row = rows[index]
                  if (row) onPick(row, name)
                },
              })}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  )
}

// What isn't a failure has no colour of its own among severities and outcomes.
function fillOf(series: string): string {
  return `var(--oa-${series === 'other' ? 'notice' : series}-fill)`
}

// About what fits beside the bars at 11 px; the whole name is in the tooltip.
function shorten(text: string, width: number): string {
  const most = Math.floor(width / 6.2)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

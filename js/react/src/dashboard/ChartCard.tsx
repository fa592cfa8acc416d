import { type ReactNode, useId, useState } from 'react'
import { Button } from '../ui'

interface ChartCardProps {
  title: string
  note?: ReactNode
  className?: string
  chart: ReactNode
  /** The same figures for those who can't or won't read a chart. */
  table: ReactNode
}

/** A chart with its title, that can be read as a table. */
export function ChartCard({ title, note, className = '', chart, table }: ChartCardProps) {
  const id = useId()
  const [asTable, setAsTable] = useState(false)
  return (
    <section className={`oa-panel oa-card ${className}`} aria-labelledby={id}>
      <header className="oa-card-head">
        <h2 id={id}>{title}</h2>
        {note && <span className="oa-muted">{note}</span>}
        <Button
          variant="ghost"
          icon="columns"
          pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          View as table
        </Button>
      </header>
      {asTable ? <div className="oa-card-table">{table}</div> : chart}
    </section>
  )
}

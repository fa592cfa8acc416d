import { type ReactNode, useId } from 'react'

interface PanelProps {
  title: string
  /** What the rows are, for who sees them for the first time. */
  hint: string
  /** The names of the columns; those that begin with > have numbers. */
  columns: readonly string[]
  children: ReactNode
}

/** A table under a heading, which scrolls where there is little room. */
export function Panel({ title, hint, columns, children }: PanelProps) {
  const id = useId()
  return (
    <div className="oa-migration-part">
      <h3 id={id}>
        {title} <span className="oa-muted">{hint}</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="oa-panel oa-scroll-x" aria-labelledby={id} tabIndex={0}>
        <table className="oa-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={column.startsWith('>') ? 'oa-end' : undefined}
                >
                  {column.replace('>', '')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </section>
    </div>
  )
}

import '../ui/figures.css'
import { useActivity } from '../state/context'
import { Text } from '../ui'
import { count } from '../ui/format'
import type { StackRow } from './rows'

interface StackTableProps {
  caption: string
  keyLabel: string
  series: readonly string[]
  rows: readonly StackRow[]
  nameOf: (row: StackRow) => string
  onPick?: ((row: StackRow) => void) | undefined
}

/** A stacked chart as a table; where a click on a bar does something, its name is a button. */
export function StackTable({ caption, keyLabel, series, rows, nameOf, onPick }: StackTableProps) {
  const { locale } = useActivity()
  return (
    <table className="oa-figures">
      <caption className="oa-visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{keyLabel}</th>
          {series.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          <th scope="col">total</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              {onPick ? (
                <button type="button" className="oa-link" onClick={() => onPick(row)}>
                  <Text value={nameOf(row)} />
                </button>
              ) : (
                <Text value={nameOf(row)} />
              )}
            </th>
            {series.map((name) => (
              <td key={name}>{count(row.counts[name] ?? 0, locale)}</td>
            ))}
            <td>{count(row.total, locale)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

import { allColumns, columnsOf } from '../columns'
import type { ChangeState, MonitorState } from '../useExploreState'

interface DisplayPanelProps {
  state: MonitorState
  onChange: ChangeState
}

/** Columns and density, kept in the order of all columns. */
export function DisplayPanel({ state, onChange }: DisplayPanelProps) {
  const chosen = columnsOf(state.columns).map((column) => column.id)
  const toggle = (id: string) => {
    const next = chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]
    const ordered = allColumns.map((column) => column.id).filter((c) => next.includes(c))
    if (ordered.length > 0) onChange({ columns: ordered }, { replace: true })
  }
  return (
    <>
      <p className="oa-menu-title">Rows</p>
      <label className="oa-menu-item">
        <input
          type="checkbox"
          checked={state.compact}
          onChange={() => onChange({ compact: !state.compact }, { replace: true })}
        />
        Compact
      </label>
      <label className="oa-menu-item">
        <input
          type="checkbox"
          checked={state.relative}
          onChange={() => onChange({ relative: !state.relative }, { replace: true })}
        />
        Time as distance to now
      </label>
      <p className="oa-menu-title">Columns</p>
      {allColumns.map((column) => (
        <label key={column.id} className="oa-menu-item">
          <input
            type="checkbox"
            checked={chosen.includes(column.id)}
            disabled={state.compact}
            onChange={() => toggle(column.id)}
          />
          {column.label}
        </label>
      ))}
    </>
  )
}

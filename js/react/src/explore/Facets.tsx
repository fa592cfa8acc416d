import { type MouseEvent, useId } from 'react'
import type { FacetField } from '../client'
import { useActivity } from '../state/context'
import { type Filters, markOf, withMark, withValues } from '../state/filters'
import { shortCount } from '../ui/format'
import { Text } from '../ui/Text'
import type { FacetData } from './useFacets'

export const facetLabels: Record<FacetField, string> = {
  severity: 'Severity',
  status: 'Status',
  source: 'Source',
  action: 'Action',
  entityType: 'Entity',
  actorId: 'Actor',
  projectId: 'Project',
}

interface FacetsProps {
  facets: readonly FacetData[]
  filters: Filters
  onChange: (filters: Filters) => void
}

export function Facets({ facets, filters, onChange }: FacetsProps) {
  return (
    <section className="oa-facets" aria-label="Filters">
      {facets.map((facet) => (
        <FacetGroup key={facet.field} facet={facet} filters={filters} onChange={onChange} />
      ))}
    </section>
  )
}

function FacetGroup({
  facet,
  filters,
  onChange,
}: Omit<FacetsProps, 'facets'> & { facet: FacetData }) {
  const { locale } = useActivity()
  const id = useId()
  const { field } = facet
  const most = Math.max(1, ...facet.values.map((v) => v.count ?? 0))
  const filtered = (filters[field]?.length ?? 0) > 0

  const toggle = (value: string, not: boolean) => {
    const mark = markOf(filters, field, value)
    const wanted = not ? 'out' : 'in'
    onChange(withMark(filters, field, value, mark === wanted ? undefined : wanted))
  }
  const onBox = (value: string) => (event: MouseEvent) => {
    // With Alt or Shift a click excludes; the box itself follows from the filters.
    toggle(value, event.altKey || event.shiftKey)
  }

  return (
    <fieldset className="oa-facet" aria-labelledby={id}>
      <div className="oa-facet-head">
        <h3 id={id}>{facetLabels[field]}</h3>
        {filtered && (
          <button type="button" onClick={() => onChange(withValues(filters, field, []))}>
            Clear<span className="oa-visually-hidden"> {facetLabels[field]}</span>
          </button>
        )}
      </div>
      {facet.values.length === 0 && <p className="oa-facet-none">None</p>}
      {facet.values.map(({ value, count }) => {
        const mark = markOf(filters, field, value)
        return (
          <div key={value} className="oa-facet-value" data-mark={mark} data-value={value}>
            <label style={{ '--oa-fraction': (count ?? 0) / most } as object}>
              <input
                type="checkbox"
                checked={mark === 'in'}
                onClick={onBox(value)}
                onChange={() => undefined}
              />
              <Text value={value} />
              <span className="oa-facet-count">
                {count === undefined ? '–' : shortCount(count, locale)}
              </span>
            </label>
            <button
              type="button"
              aria-pressed={mark === 'out'}
              aria-label={`Exclude ${value}`}
              title="Exclude (also Alt or Shift and click)"
              onClick={() => toggle(value, true)}
            >
              ≠
            </button>
          </div>
        )
      })}
    </fieldset>
  )
}

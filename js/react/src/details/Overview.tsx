import type { Activity, ActivityDetail } from '../client'
import type { FilterField } from '../state/filters'
import { Badge, Button, Text, Time } from '../ui'
import { duration } from '../ui/format'
import { type Field, fieldGroups } from './fields'
import { JsonTree } from './JsonTree'
import type { Json } from './json'

export type FilterBy = (field: FilterField, value: string) => void

/** All that is known of one activity; what is absent takes no room. */
export function Overview({
  activity,
  onFilter,
}: {
  activity: Activity & Partial<ActivityDetail>
  onFilter?: FilterBy | undefined
}) {
  return (
    <div className="oa-overview">
      {fieldGroups.map(({ title, fields }) => {
        const present = fields.filter((field) => hasValue(activity[field.key]))
        if (present.length === 0) return null
        return (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {present.map((field) => (
                <div key={field.key} className="oa-field">
                  <dt>{field.label}</dt>
                  <dd>
                    <FieldValue field={field} value={String(activity[field.key])} />
                    <FilterButton
                      field={field}
                      value={String(activity[field.key])}
                      onFilter={onFilter}
                    />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )
      })}
      <Tree title="Metadata" value={activity.metadata} />
      <Tree title="Attributes" value={activity.attributes} />
      <Tree title="Resource" value={activity.resource} />
    </div>
  )
}

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function FieldValue({ field, value }: { field: Field; value: string }) {
  switch (field.kind) {
    case 'time':
      return <Time value={value} />
    case 'duration':
      return <span>{duration(Number(value))}</span>
    case 'severity':
    case 'status':
      return <Badge kind={field.kind} value={value} />
    case 'mono':
      return <Text className="oa-mono" value={value} />
    case 'text':
      return <Lines value={value} />
    default:
      return <Text value={value} />
  }
}

/** What somebody wrote may have lines; each is isolated from the others. */
function Lines({ value }: { value: string }) {
  return (
    <span className="oa-lines">
      {value.split(/\r?\n/).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never move
        <span key={index}>
          <Text value={line} />
        </span>
      ))}
    </span>
  )
}

function FilterButton({
  field,
  value,
  onFilter,
}: {
  field: Field
  value: string
  onFilter: FilterBy | undefined
}) {
  const { filter } = field
  if (!filter || !onFilter) return null
  return (
    <Button
      variant="ghost"
      icon="filter"
      className="oa-field-filter"
      aria-label={`Show activities with the same ${field.label.toLowerCase()}`}
      onClick={() => onFilter(filter, value)}
    />
  )
}

function Tree({ title, value }: { title: string; value: object | undefined }) {
  if (!value || Object.keys(value).length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      {/* It comes from JSON.parse. */}
      <JsonTree value={value as Json} />
    </section>
  )
}

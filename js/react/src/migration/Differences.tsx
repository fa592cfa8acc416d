import type { MigrationDifference } from '../client'
import { useActivity } from '../state/context'
import { useResource } from '../state/resource'
import { Text, Time } from '../ui'
import { Panel } from './Panel'

const shown = 50

const kinds: Record<MigrationDifference['kind'], string> = {
  missing_activity: 'only in the audit table',
  missing_audit_row: 'only in the new trail',
  changed: 'not alike',
}

const finders: Record<MigrationDifference['foundBy'], string> = {
  parity: 'in its transaction',
  comparison: 'comparing all rows',
}

const columns = ['Table', 'What', 'Found', 'Where', 'Happened', 'Detail']

/** The rows that old and new don't have alike, by name. They are asked for anew when there are more or fewer. */
export function Differences({ id, total }: { id: string; total: number }) {
  const { client } = useActivity()
  const { data } = useResource(total > 0 ? `differences|${id}|${total}` : null, (signal) =>
    client.migrationDifferences(id, { limit: shown }, { signal }),
  )
  if (total === 0 || !data || data.items.length === 0) return null
  return (
    <>
      <Panel title="Differences" hint="what old and new don’t have alike" columns={columns}>
        {data.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no key of their own, and are replaced as a whole
          <Row key={index} item={item} />
        ))}
      </Panel>
      {data.hasMore && (
        <p className="oa-muted">
          These are the last {shown} that were found; <code>activityctl migration differences</code>{' '}
          lists all.
        </p>
      )}
    </>
  )
}

function Row({ item }: { item: MigrationDifference }) {
  return (
    <tr>
      <th scope="row">
        <Text className="oa-mono" value={item.table} />
      </th>
      <td>{kinds[item.kind]}</td>
      <td>{finders[item.foundBy]}</td>
      <td className="oa-mono">
        {item.key !== undefined ? (
          <>
            <Text value={item.source} /> {item.key}
          </>
        ) : (
          (item.lsn ?? '–')
        )}
      </td>
      <td>{item.occurredAt ? <Time value={item.occurredAt} /> : '–'}</td>
      <td className="oa-cell-wide">
        <Text value={item.detail} />
      </td>
    </tr>
  )
}

import type { Rejected } from '../client'
import { ActivityProvider, type SettingsProps, useActivity } from '../state/context'
import { usePages } from '../state/pages'
import { Button, Empty, ErrorState, Loading, Root, Text, Time } from '../ui'
import { count } from '../ui/format'
import '../ui/figures.css'

export type RejectedListProps = SettingsProps

/** Records that the database refused, each with the reason; for admins. */
export function RejectedList(settings: RejectedListProps) {
  return (
    <ActivityProvider {...settings}>
      <Root className="oa-rejected">
        <Content />
      </Root>
    </ActivityProvider>
  )
}

function Content() {
  const { client, projectId } = useActivity()
  const scope = projectId ? { projectId: [projectId] } : {}
  const pages = usePages(`rejected|${projectId ?? ''}`, (cursor, signal) =>
    client.rejected({ ...scope, cursor, limit: 50 }, { signal }),
  )
  if (pages.done && pages.items.length === 0) {
    return (
      <Empty title="Nothing was rejected">
        <p>
          A record that the database refuses is put aside here with its payload, never lost and
          never in the way of the others.
        </p>
      </Empty>
    )
  }
  return (
    <>
      {pages.items.length > 0 && <RejectedTable rows={pages.items} />}
      {pages.loading && <Loading lines={6} />}
      {pages.error && <ErrorState error={pages.error} onRetry={pages.more} />}
      {!pages.loading && !pages.error && !pages.done && (
        <div className="oa-more">
          <Button icon="down" onClick={pages.more}>
            Show older
          </Button>
        </div>
      )}
    </>
  )
}

function RejectedTable({ rows }: { rows: readonly Rejected[] }) {
  const { locale } = useActivity()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="oa-panel oa-scroll-x" aria-label="Rejected records" tabIndex={0}>
      <table className="oa-table">
        <thead>
          <tr>
            <th scope="col">Rejected</th>
            <th scope="col">Action</th>
            <th scope="col">Project</th>
            <th scope="col">Reason</th>
            <th scope="col" className="oa-end">
              Payload
            </th>
            <th scope="col">Occurred</th>
            <th scope="col">Id</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.rejectedAt}|${row.id}`}>
              <td>
                <Time value={row.rejectedAt} />
              </td>
              <td>
                <Text value={row.action} />
              </td>
              <td>
                <Text value={row.projectId} />
              </td>
              <td className="oa-cell-wide">
                <Text className="oa-mono oa-muted" value={row.sqlstate} />{' '}
                <Text value={row.error} />
              </td>
              <td className="oa-end">{count(row.payloadBytes, locale)} B</td>
              <td>
                <Time value={row.occurredAt} />
              </td>
              <td>
                <Text className="oa-mono" value={row.id} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

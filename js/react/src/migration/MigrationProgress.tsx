import '../ui/figures.css'
import { useState } from 'react'
import {
  type ActivityError,
  type FinishQuery,
  type MigrationCommand,
  toActivityError,
} from '../client'
import { ActivityProvider, type SettingsProps, useActivity } from '../state/context'
import { useResource } from '../state/resource'
import { Empty, ErrorState, Loading, Root } from '../ui'
import { MigrationView } from './MigrationView'
import './migration.css'

export interface MigrationProgressProps extends SettingsProps {
  /** Which migration. Default: the newest. */
  id?: string
  /** Load again so often, in milliseconds; 0 is never. Default: 2 s. */
  refreshInterval?: number
}

/** How far a migration away from audit triggers is, and what can be done with it. */
export function MigrationProgress({
  id,
  refreshInterval = 2000,
  ...settings
}: MigrationProgressProps) {
  return (
    <ActivityProvider {...settings}>
      <Root className="oa-migration">
        {id ? <One id={id} refreshMs={refreshInterval} /> : <Newest refreshMs={refreshInterval} />}
      </Root>
    </ActivityProvider>
  )
}

function Newest({ refreshMs }: { refreshMs: number }) {
  const { client } = useActivity()
  const list = useResource('migrations', (signal) => client.migrations({ signal }), {
    refreshMs: Math.max(refreshMs, 10_000),
  })
  const newest = list.data?.items[0]
  if (newest) return <One id={newest.id} refreshMs={refreshMs} />
  if (list.data) return <NoMigration />
  if (list.error) return <ErrorState error={list.error} onRetry={list.reload} />
  return <Loading lines={6} />
}

function NoMigration() {
  return (
    <Empty title="No migration is running">
      <p>
        A migration moves a database from audit triggers to this trail: it copies the audit tables,
        lets triggers and log record side by side, compares them, and only then hands the tables
        over. Until it is finished there is a way back.
      </p>
      <p>
        <code>activityctl migration plan</code> says what it would do,{' '}
        <code>activityctl migration start</code> starts it; what it does is then seen and steered
        here.
      </p>
    </Empty>
  )
}

function One({ id, refreshMs }: { id: string; refreshMs: number }) {
  const { client } = useActivity()
  const [problem, setProblem] = useState<ActivityError>()
  const [busy, setBusy] = useState(false)
  const { data, error, reload } = useResource(
    `migration|${id}`,
    (signal) => client.migration(id, { signal }),
    { refreshMs },
  )
  if (!data) return error ? <ErrorState error={error} onRetry={reload} /> : <Loading lines={6} />

  // The ETag is the one of what is shown: a command never applies to a state that nobody saw.
  const command = async (name: MigrationCommand, finish?: FinishQuery) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await client.commandMigration(id, name, data.etag, finish)
    } catch (cause) {
      setProblem(toActivityError(cause))
    }
    setBusy(false)
    reload()
  }
  return (
    <MigrationView
      migration={data.data}
      problem={problem ?? error}
      busy={busy}
      onCommand={(name, finish) => void command(name, finish)}
    />
  )
}

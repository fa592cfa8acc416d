import '../ui/figures.css'
import { useState } from 'react'
import {
  type ActivityError,
  type Migration,
  type MigrationCommand,
  toActivityError,
} from '../client'
import { ActivityProvider, type SettingsProps, useActivity } from '../state/context'
import { useResource } from '../state/resource'
import { Button, Empty, ErrorState, Icon, Loading, Root, Text, Time } from '../ui'
import { AbortForm } from './AbortForm'
import { cutoverGate, hasEnded } from './gating'
import { PhaseStepper } from './PhaseStepper'
import { TableProgress } from './TableProgress'
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
  if (list.error) {
    // This server was built or configured without migrations.
    const absent = list.error.status === 404 || list.error.status === 501
    return absent ? <NoMigration /> : <ErrorState error={list.error} onRetry={list.reload} />
  }
  return <Loading lines={6} />
}

function NoMigration() {
  return (
    <Empty title="No migration is running">
      <p>
        A migration moves a database from audit triggers to this trail: it copies the history table
        by table, records new changes in both ways, verifies that they are equal and only then cuts
        over.
      </p>
      <p>
        It is started with <code>activityctl migrate</code>, or over the API; what it does is then
        seen and steered here.
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
  const command = async (name: MigrationCommand) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await client.commandMigration(id, name, data.etag)
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
      onCommand={(name) => void command(name)}
    />
  )
}

interface ViewProps {
  migration: Migration
  problem: ActivityError | undefined
  busy: boolean
  onCommand: (name: MigrationCommand) => void
}

/** A migration as it stands; what steers it is at the end, behind its figures. */
export function MigrationView({ migration, problem, busy, onCommand }: ViewProps) {
  return (
    <>
      <header className="oa-migration-head">
        <h2>
          <Text value={migration.name} />
        </h2>
        <span className="oa-muted">
          {migration.startedAt && (
            <>
              started <Time value={migration.startedAt} relative />
            </>
          )}
          {migration.paused && ' · paused'}
        </span>
      </header>
      <PhaseStepper migration={migration} />
      {migration.errors.length > 0 && (
        <ul className="oa-error-list" aria-label="Errors">
          {migration.errors.map((text) => (
            <li key={text}>
              <Text value={text} />
            </li>
          ))}
        </ul>
      )}
      <TableProgress tables={migration.tables} />
      {problem && (
        <p className="oa-notice" role="alert" data-verdict="warning">
          <Icon name="warning" />
          <span>
            {problem.status === 412
              ? 'It has moved on meanwhile. Look at what it shows now, and decide again.'
              : problem.message}
          </span>
        </p>
      )}
      {!hasEnded(migration) && <Commands migration={migration} busy={busy} onCommand={onCommand} />}
    </>
  )
}

function Commands({ migration, busy, onCommand }: Omit<ViewProps, 'problem'>) {
  const gate = cutoverGate(migration)
  return (
    <div className="oa-commands">
      {migration.paused ? (
        <Button icon="play" disabled={busy} onClick={() => onCommand('resume')}>
          Resume
        </Button>
      ) : (
        <Button icon="pause" disabled={busy} onClick={() => onCommand('pause')}>
          Pause
        </Button>
      )}
      <AbortForm migration={migration} busy={busy} onAbort={() => onCommand('abort')} />
      <span className="oa-cutover">
        {gate.reason && (
          <span id="oa-cutover-reason" className="oa-muted">
            {gate.reason}
          </span>
        )}
        <Button
          variant="primary"
          disabled={busy || !gate.open}
          aria-describedby={gate.reason && 'oa-cutover-reason'}
          onClick={() => onCommand('cutover')}
        >
          Cut over
        </Button>
      </span>
    </div>
  )
}

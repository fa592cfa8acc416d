import type { ActivityError, Migration, MigrationCommand } from '../client'
import { useActivity } from '../state/context'
import { Icon, Text, Time } from '../ui'
import { bytes, count } from '../ui/format'
import { AuditedTable } from './AuditedTable'
import { Commands, type OnCommand } from './Commands'
import { Differences } from './Differences'
import { differing, hasEnded } from './gating'
import { PhaseStepper } from './PhaseStepper'
import { SourceTable } from './SourceTable'

interface ViewProps {
  migration: Migration
  problem: ActivityError | undefined
  busy: boolean
  onCommand: OnCommand
}

const doing: Partial<Record<MigrationCommand, string>> = {
  cutover: 'Cutting over',
  abort: 'Aborting',
  rollback: 'Rolling back',
  finish: 'Finishing',
}

/** A migration as it stands; what steers it is at the end, behind its figures. */
export function MigrationView({ migration, problem, busy, onCommand }: ViewProps) {
  const ended = hasEnded(migration)
  const retry = ended || busy ? undefined : () => onCommand('resume')
  return (
    <>
      <header className="oa-migration-head">
        <h2>
          <Text value={migration.name} />
        </h2>
        <Facts migration={migration} />
      </header>
      <PhaseStepper migration={migration} />
      <Now migration={migration} />
      {migration.errors.length > 0 && (
        <ul className="oa-error-list" aria-label="Errors">
          {migration.errors.map((text) => (
            <li key={text}>
              <Text value={text} />
            </li>
          ))}
        </ul>
      )}
      {migration.sources.length > 0 && <SourceTable sources={migration.sources} onRetry={retry} />}
      {migration.tables.length > 0 && <AuditedTable tables={migration.tables} onRetry={retry} />}
      <Differences id={migration.id} total={differing(migration)} />
      {problem && <Problem problem={problem} />}
      {!ended && <Commands migration={migration} busy={busy} onCommand={onCommand} />}
    </>
  )
}

function Facts({ migration }: { migration: Migration }) {
  const { locale } = useActivity()
  const { startedAt, verifiedAt, endedAt, compared, lagBytes } = migration
  return (
    <ul className="oa-facts oa-muted">
      <li>
        started <Time value={startedAt} relative />
      </li>
      {verifiedAt && (
        <li>
          {count(compared, locale)} rows compared <Time value={verifiedAt} relative />
        </li>
      )}
      {lagBytes !== undefined && <li>log {bytes(lagBytes, locale)} behind</li>}
      {endedAt && (
        <li>
          ended <Time value={endedAt} relative />
        </li>
      )}
    </ul>
  )
}

/** What it does or waits for, said to whoever can't see it too. */
function Now({ migration }: { migration: Migration }) {
  const { wanted, note, paused, dropAt, database } = migration
  const waits = database === undefined && !hasEnded(migration)
  const said = [
    paused && 'Paused.',
    wanted && `${doing[wanted] ?? wanted}.`,
    note,
    waits &&
      'No Collector has taken it yet: one does whose receiver postgres_wal has this trail in its section migration.',
  ].filter(Boolean)
  return (
    <p role="status" className="oa-now">
      {said.length > 0 && <Text value={said.join(' ')} />}
      {dropAt && !note && !hasEnded(migration) && (
        <>
          {' '}
          The triggers are dropped <Time value={dropAt} relative />.
        </>
      )}
    </p>
  )
}

function Problem({ problem }: { problem: ActivityError }) {
  return (
    <p className="oa-notice" role="alert" data-verdict="warning">
      <Icon name="warning" />
      <span>
        {problem.status === 412
          ? 'It has moved on meanwhile. Look at what it shows now, and decide again.'
          : problem.message}
      </span>
    </p>
  )
}

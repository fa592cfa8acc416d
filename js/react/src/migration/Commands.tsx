import type { FinishQuery, Migration, MigrationCommand } from '../client'
import { Button } from '../ui'
import { AbortForm } from './AbortForm'
import { AskForm } from './AskForm'
import { FinishForm } from './FinishForm'
import { offers } from './gating'

export type OnCommand = (name: MigrationCommand, finish?: FinishQuery) => void

interface CommandsProps {
  migration: Migration
  busy: boolean
  onCommand: OnCommand
}

/** What steers a migration. What can't be done now is the server's to say. */
export function Commands({ migration, busy, onCommand }: CommandsProps) {
  const offered = offers(migration)
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
      {offered.rollback && (
        <AskForm
          open="Roll back…"
          action="Roll back"
          variant="danger"
          busy={busy}
          onSubmit={() => onCommand('rollback')}
        >
          <span>
            The triggers record again, and get the changes that they have missed. The migration
            waits.
          </span>
        </AskForm>
      )}
      <AbortForm migration={migration} busy={busy} onAbort={() => onCommand('abort')} />
      {(offered.cutover || offered.finish) && (
        <span className="oa-cutover">
          {offered.cutover && (
            <Cutover migration={migration} busy={busy} onCutover={() => onCommand('cutover')} />
          )}
          {offered.finish && (
            <FinishForm busy={busy} onFinish={(options) => onCommand('finish', options)} />
          )}
        </span>
      )}
    </div>
  )
}

interface CutoverProps {
  migration: Migration
  busy: boolean
  onCutover: () => void
}

function Cutover({ migration: { cutover }, busy, onCutover }: CutoverProps) {
  return (
    <>
      {cutover.reason && (
        <span id="oa-cutover-reason" className="oa-muted">
          {cutover.reason}
        </span>
      )}
      <Button
        variant="primary"
        disabled={busy || !cutover.open}
        aria-describedby={cutover.reason && 'oa-cutover-reason'}
        onClick={onCutover}
      >
        Cut over
      </Button>
    </>
  )
}

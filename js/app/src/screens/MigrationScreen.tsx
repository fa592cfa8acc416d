import { MigrationProgress } from '@otel-activity/react'
import { Page } from './Page'

export default function MigrationScreen({ site }: { site: string }) {
  return (
    <Page title="Migration" site={site}>
      <MigrationProgress />
    </Page>
  )
}

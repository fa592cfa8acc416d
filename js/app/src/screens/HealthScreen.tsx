import { PipelineHealth } from '@otel-activity/react'
import { Page } from './Page'

export default function HealthScreen({ site }: { site: string }) {
  return (
    <Page title="Health" site={site}>
      <PipelineHealth />
    </Page>
  )
}

import { Empty } from '@otel-activity/react'
import { NavLink } from '../shell/NavLink'
import { Page } from './Page'

export default function NotFoundScreen({ site }: { site: string }) {
  return (
    <Page title="Not found" site={site}>
      <Empty title="There is nothing at this address">
        <NavLink path="/" current={false}>
          Go to Explore
        </NavLink>
      </Empty>
    </Page>
  )
}

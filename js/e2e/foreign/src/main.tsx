import {
  createActivityClient,
  EnhancedActivityDashboard,
  EnhancedActivityDetails,
  EnhancedActivityMonitor,
  EntityTimeline,
} from '@otel-activity/react'
import '@otel-activity/react/style.css'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

const api = new URLSearchParams(location.search).get('api') ?? ''
const client = createActivityClient({ baseUrl: api })

function Product() {
  const [selected, select] = useState<{ id: string; occurredAt: string }>()
  return (
    <>
      <section id="monitor">
        <EnhancedActivityMonitor
          client={client}
          projectId="acme"
          height={480}
          refreshInterval={30_000}
          showHeader
          onSelect={(activity) => select(activity ?? undefined)}
        />
      </section>
      <section id="compact">
        <EnhancedActivityMonitor
          client={client}
          projectId="acme"
          height={300}
          showHeader={false}
          compactMode
        />
      </section>
      <section id="details">
        {selected && (
          <EnhancedActivityDetails client={client} id={selected.id} at={selected.occurredAt} />
        )}
      </section>
      <section id="timeline">
        <EntityTimeline client={client} type="user" id="bob" />
      </section>
      <section id="dashboard">
        <EnhancedActivityDashboard client={client} projectId="acme" />
      </section>
    </>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Product />
    </StrictMode>,
  )
}

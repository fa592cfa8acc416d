import { ActivityMonitor, ActivityProvider } from '@otel-activity/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './page.css'

const element = document.getElementById('app')
if (element) {
  createRoot(element).render(
    <StrictMode>
      <ActivityProvider>
        <ActivityMonitor urlState />
      </ActivityProvider>
    </StrictMode>,
  )
}

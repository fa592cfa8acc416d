import { Button, Empty, Text } from '@otel-activity/react'
import { Component, type ReactNode } from 'react'

interface Props {
  children: ReactNode
}

/** Keeps the head of the page when a screen breaks, so that another screen is one click away. */
export class ErrorBoundary extends Component<Props, { error?: Error }> {
  override state: { error?: Error } = {}

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <div role="alert">
        <Empty title="This screen can’t be shown">
          <p>
            <Text value={error.message} />
          </p>
          <Button icon="refresh" onClick={() => this.setState({ error: undefined })}>
            Try again
          </Button>
        </Empty>
      </div>
    )
  }
}

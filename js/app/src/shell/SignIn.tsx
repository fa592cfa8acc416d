import { Button, Root, Text } from '@otel-activity/react'
import { type FormEvent, useId, useState } from 'react'

interface SignInProps {
  title: string
  /** There was a token, and it was refused. */
  again: boolean
  onToken: (token: string) => void
}

/** Asks for a bearer token of the Collector's auth extension. */
export default function SignIn({ title, again, onToken }: SignInProps) {
  const id = useId()
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const text = token.trim().replace(/^Bearer\s+/i, '')
    if (text !== '') onToken(text)
  }
  return (
    <Root className="app-gate">
      <main>
        <form className="oa-panel app-sign-in" onSubmit={submit}>
          <h1>
            Sign in to <Text value={title} />
          </h1>
          {again && (
            <p role="alert" className="app-sign-in-refused">
              The server refused this token. It may have expired.
            </p>
          )}
          <label htmlFor={id}>Bearer token</label>
          <input
            id={id}
            className="oa-input"
            type="password"
            autoComplete="off"
            required
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: the page has nothing else to do
            autoFocus
            value={token}
            aria-describedby={`${id}-note`}
            onChange={(event) => setToken(event.target.value)}
          />
          <Button type="submit" variant="primary">
            Sign in
          </Button>
          <p id={`${id}-note`} className="oa-muted">
            It is kept in this tab’s memory only and is gone when you close or reload the page.
          </p>
        </form>
      </main>
    </Root>
  )
}

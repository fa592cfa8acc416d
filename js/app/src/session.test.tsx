import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SessionGate } from './session'

const config = { title: 'Trail', version: '1', auth: 'bearer', migrations: false }
const me = { authenticated: true, allProjects: true, projects: [], admin: false }

// The sign-in screen is loaded when it is needed, which a busy machine takes its time for.
configure({ asyncUtilTimeout: 10_000 })

beforeEach(() => {
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    if (String(input).endsWith('/ui-config.json')) return Response.json(config)
    const token = new Headers(init?.headers).get('authorization')
    if (token === 'Bearer good') return Response.json(me)
    const problem = { type: 'about:blank', title: 'Unauthorized', status: 401 }
    return Response.json(problem, { status: 401 })
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('asks for a token, says when it is refused, and keeps it out of every store', async () => {
  render(<SessionGate>{(session) => <p>Hello from {session.config.title}</p>}</SessionGate>)
  const enter = async (token: string) => {
    fireEvent.change(await screen.findByLabelText('Bearer token'), { target: { value: token } })
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  }
  await enter('bad')
  expect(await screen.findByText(/refused this token/)).toBeTruthy()
  await enter('Bearer good')
  expect(await screen.findByText('Hello from Trail')).toBeTruthy()
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('good')
  expect(window.location.href).not.toContain('good')
}, 30_000)

import type { Problem } from './schema.gen.js'

/** What a request ended with when it did not succeed; status 0 is: no answer at all. */
export class ActivityError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ActivityError'
    this.problem = problem
  }

  get status(): number {
    return this.problem.status
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Makes one kind of error of everything that can go wrong around a request. */
export function toActivityError(error: unknown): ActivityError {
  if (error instanceof ActivityError) return error
  return new ActivityError({
    type: 'about:blank',
    title: 'The server can’t be reached',
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
  })
}

/** Reads problem+json, or says what it can about an answer of something in between. */
export async function readProblem(response: Response): Promise<ActivityError> {
  const fallback: Problem = {
    type: 'about:blank',
    title: response.statusText || `Status ${response.status}`,
    status: response.status,
  }
  try {
    const body: unknown = await response.json()
    if (isProblem(body)) return new ActivityError({ ...body, status: response.status })
  } catch {
    // Not JSON: a proxy's page. Its status is all that can be trusted.
  }
  return new ActivityError(fallback)
}

export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'title' in value &&
    typeof value.title === 'string' &&
    'status' in value &&
    typeof value.status === 'number'
  )
}

/** What a person can do about it. */
export function remedy(error: ActivityError): string {
  switch (error.status) {
    case 0:
      return 'Check the connection to the Collector; the page goes on by itself once it answers.'
    case 400:
      return 'Change the search, or clear it.'
    case 401:
      return 'Sign in again, or enter a token that is still valid.'
    case 403:
      return 'Ask for access to this project, or choose another one.'
    case 404:
      return 'It may have been removed by retention, or belong to another project.'
    case 429:
      return 'Wait a moment and try again.'
    case 503:
      return 'Its database can’t be reached right now. Try again in a moment.'
    default:
      return error.problem.traceId
        ? `Try again. If it stays, look for trace ${error.problem.traceId} in the Collector’s log.`
        : 'Try again. If it stays, look into the Collector’s log.'
  }
}

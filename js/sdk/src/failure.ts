import { messageOf } from './repair.js'
import { ActivityStatus } from './semconv.gen.js'

/** What there is to say about an error. */
export interface Failure {
  status: ActivityStatus
  /** For `error.type`: the error's code when that is a text, else its name. */
  type: string
  message: string
}

/** A failure that has a class and no message. */
export class Classed {
  constructor(readonly type: string) {}
}

/** Describes whatever was thrown; its properties are not ours and may throw. */
export function describe(error: unknown): Failure {
  if (error instanceof Classed) {
    return { status: ActivityStatus.FAILURE, type: error.type, message: '' }
  }
  const type = typeOf(error)
  const canceled = type === 'AbortError' || type === 'ABORT_ERR' || nameOf(error) === 'AbortError'
  return {
    status: canceled ? ActivityStatus.CANCELED : ActivityStatus.FAILURE,
    type,
    message: messageOf(error),
  }
}

function typeOf(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null) {
      if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code
      return nameOf(error) || error.constructor?.name || 'Error'
    }
  } catch {
    return 'Error'
  }
  return typeof error
}

function nameOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : ''
  } catch {
    return ''
  }
}

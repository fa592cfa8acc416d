import { AsyncLocalStorage } from 'node:async_hooks'
import { useStorage } from './scope.js'
import type { ActivityContext } from './types.js'

const key = Symbol.for('otel-activity.scope')
const shared = globalThis as { [key]?: AsyncLocalStorage<ActivityContext> }

// One for the process: a bundler may put several copies of this module into a program.
shared[key] ??= new AsyncLocalStorage<ActivityContext>()
useStorage(shared[key])

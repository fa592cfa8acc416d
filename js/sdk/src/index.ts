import { AsyncLocalStorage } from 'node:async_hooks'
import { useStorage } from './scope.js'
import type { ActivityContext } from './types.js'

useStorage(new AsyncLocalStorage<ActivityContext>())

export { createEmbedToken, type EmbedClaims } from './embedToken.js'
export { setup } from './pipeline/nodePlatform.js'
export * from './shared.js'

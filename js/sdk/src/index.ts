import './nodeScope.js'

export { createEmbedToken, type EmbedClaims } from './embedToken.js'
export { setup } from './pipeline/nodePlatform.js'
export * from './shared.js'

export { createEmbedToken, type EmbedClaims } from './embedToken.js'

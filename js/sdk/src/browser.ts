export { setup } from './pipeline/browserPlatform.js'
export * from './shared.js'

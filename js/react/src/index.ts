export * from './client'
export { formatQuery, parseQuery } from './search/query'
export * from './state'
export * from './ui'

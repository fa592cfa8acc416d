import './nodeScope.js'

export { contextMessage } from './pg/message.js'
export { type PgClient, type PgPool, withActivity } from './pg/proxy.js'
export { activityDocument, type RecordOptions, recordInTx } from './pg/record.js'
export { transaction } from './pg/transaction.js'

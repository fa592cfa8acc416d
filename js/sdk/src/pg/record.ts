import type { LoggerProvider, LogRecord } from '@opentelemetry/api-logs'
import { defaultRecorder } from '../global.js'
import { encodeRecord, encodeResource, encodeScope, spanOf } from '../pipeline/encode.js'
import { programFromEnvironment } from '../pipeline/environment.js'
import type { ProgramOptions } from '../pipeline/options.js'
import { resourceOf } from '../pipeline/pipeline.js'
import { Recorder, type RecorderOptions } from '../recorder.js'
import { merge } from '../scope.js'
import type { Activity } from '../types.js'
import { ascii } from './ascii.js'
import { remedy } from './permission.js'
import { isPool, type PgClient } from './proxy.js'

const recordSQL = "SELECT pg_catalog.pg_logical_emit_message(true, 'activity.record', $1::text)"
const insufficientPrivilege = '42501'

/**
 * What describes the program, besides OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, and
 * what holds when neither the activity nor its context says otherwise.
 */
export interface RecordOptions extends ProgramOptions, Omit<RecorderOptions, 'loggerProvider'> {}

/**
 * Records an activity if and only if the transaction of a client commits: it goes into the
 * write-ahead log within the transaction, or within its savepoint, and takes no table. The
 * receiver postgres_wal reads it there; `setup` has no part in it.
 *
 * It rejects when the activity is not recorded, for want of the permission to execute
 * pg_logical_emit_message say; Postgres has ended the transaction then.
 */
export async function recordInTx(
  client: PgClient,
  activity: Activity,
  options: RecordOptions = {},
): Promise<void> {
  if (isPool(client)) throw new TypeError('recordInTx needs the client of a transaction, no pool')
  try {
    await client.query(recordSQL, [activityDocument(activity, options)])
  } catch (cause) {
    const { code, message } = cause as { code?: unknown; message?: unknown }
    const help = code === insufficientPrivilege ? `: ${remedy}` : ''
    throw new Error(`record ${activity.action} in the transaction: ${message}${help}`, { cause })
  }
}

/**
 * The document of an activity, one of OTLP/JSON: for who sends it by other means than
 * node-postgres. Throws when the activity can't be encoded.
 */
export function activityDocument(activity: Activity, options: RecordOptions = {}): string {
  let document: string | undefined
  const resource = encodeResource(resourceOf(programFromEnvironment(options)))
  const loggerProvider: LoggerProvider = {
    getLogger: (name, version) => ({
      enabled: () => true,
      emit: (record: LogRecord) => {
        const scope = encodeScope(name, version)
        const logRecord = encodeRecord(record, spanOf(record))
        document = `{"resourceLogs":[{"resource":${resource},"scopeLogs":[{"scope":${scope},"logRecords":[${logRecord}]}]}]}`
      },
    }),
  }
  const defaults = defaultRecorder().options
  // The recorder completes and repairs, so that it is the same record as an exported one.
  const recorder = new Recorder({
    ...merge(options, defaults),
    source: options.source ?? defaults.source,
    onRepair: options.onRepair ?? defaults.onRepair,
    loggerProvider,
  })
  void recorder.logActivity(activity)
  if (document === undefined) throw new Error('the activity could not be encoded')
  return ascii(document)
}

import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { ActivityRecorder } from './activityRecorder.js'
import type { RecorderOptions } from './recorder.js'

/** A recorder over OpenTelemetry's SDK, and what arrives behind it. */
export function recording(options: RecorderOptions = {}) {
  const exporter = new InMemoryLogRecordExporter()
  const loggerProvider = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter })],
  })
  return {
    recorder: new ActivityRecorder({ ...options, loggerProvider }),
    loggerProvider,
    records: (): ReadableLogRecord[] => exporter.getFinishedLogRecords(),
  }
}

/** A tracer whose spans are active in what they enclose. */
export function tracing() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider())
  return trace.getTracer('test')
}

import type { Logger, LoggerProvider, LogRecord } from '@opentelemetry/api-logs'
import { emitWithOutcome, type Outcome, type OutcomeLogger } from '../outcome.js'
import { encodeScope, spanOf } from './encode.js'
import type { TierPipeline } from './tier.js'

/** Makes loggers whose records go through a pipeline. */
export class PipelineProvider implements LoggerProvider {
  readonly #emit: TierPipeline['emit']

  constructor(emit: TierPipeline['emit']) {
    this.#emit = emit
  }

  getLogger(name: string, version?: string): Logger & OutcomeLogger {
    const scope = encodeScope(name, version)
    const emit = (record: LogRecord): Promise<Outcome> =>
      this.#emit({ record, span: spanOf(record), scope })
    return {
      emit: (record) => void emit(record),
      enabled: () => true,
      [emitWithOutcome]: emit,
    }
  }
}

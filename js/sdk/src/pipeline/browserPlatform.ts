import type { SetupOptions } from './options.js'
import { type Pipeline, type Platform, startPipeline } from './pipeline.js'

const platform: Platform = {
  options: (options) => ({
    ...options,
    resource: { 'telemetry.sdk.language': 'webjs', ...options.resource },
  }),
  durable: () => {
    throw new Error('the tier durable needs a disk: in a browser use best_effort or confirm')
  },
  onExit: (pipeline) => {
    // What is hidden may never be seen again, and a page that goes away can send little.
    const hidden = () => {
      if (document.visibilityState === 'hidden') pipeline.farewell()
    }
    const leave = () => pipeline.farewell()
    document.addEventListener('visibilitychange', hidden)
    globalThis.addEventListener('pagehide', leave)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      globalThis.removeEventListener('pagehide', leave)
    }
  },
}

/**
 * Sends activities to a Collector, in one line:
 *
 *     setup({ endpoint: 'https://collector.example:4318', serviceName: 'shop' })
 */
export function setup(options: SetupOptions = {}): Pipeline {
  return startPipeline(options, platform)
}

import type { ProgramOptions } from './options.js'

/** Completes what describes the program by OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. */
export function programFromEnvironment(given: ProgramOptions): ProgramOptions {
  const { env } = process
  const resource = pairs(env.OTEL_RESOURCE_ATTRIBUTES)
  return {
    ...given,
    serviceName: given.serviceName ?? env.OTEL_SERVICE_NAME ?? resource['service.name'],
    resource: {
      'telemetry.sdk.language': 'nodejs',
      'process.pid': process.pid,
      ...withoutName(resource),
      ...given.resource,
    },
  }
}

function withoutName({
  'service.name': _,
  ...rest
}: Record<string, string>): Record<string, string> {
  return rest
}

/** Reads `a=1,b=2`, percent-encoded, as OpenTelemetry's variables are. */
export function pairs(text: string | undefined): Record<string, string> {
  const result: Record<string, string> = {}
  for (const pair of text?.split(',') ?? []) {
    const at = pair.indexOf('=')
    if (at <= 0) continue
    const value = pair.slice(at + 1).trim()
    try {
      result[pair.slice(0, at).trim()] = decodeURIComponent(value)
    } catch {
      result[pair.slice(0, at).trim()] = value
    }
  }
  return result
}

import { context, propagation, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { toBaggage } from '@otel-activity/sdk'
import type { RequestHandler } from 'express'

/** Traces go nowhere in this example, but activities have their ids. */
export function startTracing(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider())
  propagation.setGlobalPropagator(
    new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
  )
}

const tracer = trace.getTracer('storefront')

/** Gives each request a span, as OpenTelemetry's instrumentation of Express does. */
export const traced: RequestHandler = (request, response, next) => {
  const parent = propagation.extract(context.active(), request.headers)
  tracer.startActiveSpan(request.method, { kind: SpanKind.SERVER }, parent, (span) => {
    response.once('close', () => span.end())
    next()
  })
}

/** Gives a job a span of its own. */
export function inSpan<T>(name: string, fn: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, (span) => fn().finally(() => span.end()))
}

/** Headers with which a service of ours knows the trace, who is asking and where. */
export function outgoing(): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  propagation.inject(toBaggage(context.active()), headers)
  return headers
}

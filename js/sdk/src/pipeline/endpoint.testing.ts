import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Attribute {
  key: string
  value: Record<string, unknown>
}

/** A log record as it arrives. */
export interface Arrived {
  eventName?: string
  timeUnixNano?: string
  traceId?: string
  body?: { stringValue?: string }
  attributes: Attribute[]
}

/** A real OTLP endpoint over HTTP that keeps what it takes. */
export class Endpoint {
  readonly records: Arrived[] = []
  readonly resources: Attribute[][] = []
  requests = 0
  /** Requests with a record of this name are refused as a whole, with this status. */
  poison = ''
  poisonStatus = 400
  /** Records of this name are refused alone. */
  reject = ''
  delay = 0
  /** Answers this status so many times first. */
  failures: number[] = []
  headers: Record<string, unknown> = {}
  #server: Server | undefined
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get ids(): Set<unknown> {
    return new Set(this.records.map((r) => attribute(r, 'log.record.uid')))
  }

  /** Listens, on the same port as before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.headers = request.headers
        setTimeout(() => this.#take(Buffer.concat(chunks).toString(), response), this.delay)
      })
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    server?.closeAllConnections()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  #take(body: string, response: ServerResponse): void {
    this.requests++
    const failure = this.failures.shift()
    if (failure) {
      response.writeHead(failure).end()
      return
    }
    const { resourceLogs } = JSON.parse(body) as {
      resourceLogs: {
        resource: { attributes: Attribute[] }
        scopeLogs: { logRecords: Arrived[] }[]
      }[]
    }
    const records = resourceLogs.flatMap((r) => r.scopeLogs.flatMap((s) => s.logRecords))
    if (records.some((r) => r.eventName === this.poison)) {
      response.writeHead(this.poisonStatus).end()
      return
    }
    const taken = records.filter((r) => r.eventName !== this.reject)
    this.records.push(...taken)
    this.resources.push(...resourceLogs.map((r) => r.resource.attributes))
    const rejected = records.length - taken.length
    response.end(
      JSON.stringify(
        rejected
          ? { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: 'no' } }
          : {},
      ),
    )
  }
}

/** The plain value of an attribute. */
export function attribute(record: Arrived, key: string): unknown {
  const found = record.attributes.find((a) => a.key === key)
  return found && Object.values(found.value)[0]
}

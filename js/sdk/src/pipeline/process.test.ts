// @vitest-environment node
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Endpoint } from './endpoint.testing.js'

const sdk = fileURLToPath(new URL('../..', import.meta.url))
/** Below node_modules, so that what is built here finds OpenTelemetry's API. */
const built = join(sdk, '..', 'node_modules', '.cache', `otel-activity-sdk-${process.pid}`)
const endpoint = new Endpoint()

beforeAll(async () => {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', built], { cwd: sdk })
  writeFileSync(join(built, 'package.json'), '{"type": "module"}')
  await endpoint.start()
}, 60_000)

afterAll(async () => {
  await endpoint.stop()
  rmSync(built, { recursive: true, force: true })
})

/** Runs a program with the SDK in another process. */
function run(program: string, env: Record<string, string> = {}): ChildProcess {
  const source = `import { setup, logActivity } from ${JSON.stringify(join(built, 'index.js'))}\n${program}`
  return spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.url, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
}

function ended(child: ChildProcess): Promise<Ended> {
  let out = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out }))
  })
}

describe('a program', () => {
  it('sends what waits when it ends by itself', async () => {
    const before = endpoint.ids.size
    const result = await ended(
      run(`setup(); for (let i = 0; i < 10; i++) logActivity({ action: 'a.b' })`),
    )
    expect(result).toMatchObject({ code: 0, signal: null })
    expect(endpoint.ids.size - before).toBe(10)
  })

  it('sends what waits when it is told to end, and ends as it would', async () => {
    const before = endpoint.ids.size
    const child = run(
      `setup(); logActivity({ action: 'a.b' }); console.log('up'); setInterval(() => {}, 1000)`,
    )
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    expect(await ended(child)).toMatchObject({ code: null, signal: 'SIGTERM' })
    expect(endpoint.ids.size - before).toBe(1)
  })

  it('leaves the end to who listens for it', async () => {
    const child = run(`setup(); logActivity({ action: 'a.b' }); console.log('up')
      setInterval(() => {}, 1000)
      process.on('SIGTERM', () => setTimeout(() => process.exit(7), 300))`)
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    expect(await ended(child)).toMatchObject({ code: 7, signal: null })
  })

  it('tells what it lost when it ends at once', async () => {
    const result = await ended(
      run(`setup({ onDrop: (count, reason) => console.log(count, reason) })
        logActivity({ action: 'a.b' }); process.exit(3)`),
    )
    expect(result).toMatchObject({ code: 3, out: '1 the program ended before they were sent\n' })
  })

  it('is not kept alive by a Collector that is away', async () => {
    const started = Date.now()
    const result = await ended(
      run(`setup({ flushOnExit: false }); logActivity({ action: 'a.b' })`, {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      }),
    )
    expect(result.code).toBe(0)
    expect(Date.now() - started).toBeLessThan(5000)
  })
})

describe('a program that is killed', () => {
  it('loses no activity whose call returned', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'killed-'))
    const program = `const { recorder } = setup()
      import { writeSync } from 'node:fs'
      for (let n = 0; ; n++) {
        const id = process.pid.toString(16).padStart(8, '0') + '-0000-7000-8000-' + n.toString(16).padStart(12, '0')
        recorder.logActivity({ action: 'a.b', id })
        writeSync(1, id + '\\n')
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      }`
    const env = { OTEL_ACTIVITY_TIER: 'durable', OTEL_ACTIVITY_SPOOL: folder }
    const returned: string[] = []
    let round = 0
    // A busy machine needs more rounds for as many calls.
    for (; round < 10 || (returned.length <= 500 && round < 40); round++) {
      const kill = () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 250)
      if (round % 3 === 0) await endpoint.stop() // in every third round the Collector is away
      const child = run(program, env)
      // In some rounds before it has come to a call, in most while it calls: how long it
      // takes to start is the machine's.
      if (round % 5 === 4) kill()
      else child.stdout?.once('data', kill)
      const { out } = await ended(child)
      returned.push(...out.split('\n').filter((line) => line.length === 36))
      if (round % 3 === 0) await endpoint.start()
    }
    expect(returned.length).toBeGreaterThan(500)
    // The next process sends what they have left.
    const last = run(
      `const p = setup(); console.log(await p.flush(30_000), p.dropped()); await p.shutdown()`,
      env,
    )
    const { out } = await ended(last)
    expect(out).toMatch(/^true \d+\n$/)
    const { ids } = endpoint
    expect(returned.filter((id) => !ids.has(id))).toEqual([])
    // What was torn is an activity whose call had not returned, at most one a kill.
    expect(Number(out.split(' ')[1])).toBeLessThanOrEqual(round)
    rmSync(folder, { recursive: true, force: true })
  }, 120_000)
})

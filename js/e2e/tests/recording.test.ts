import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as SDK from '../../sdk/src/browser.js'
import { createActivityReader } from '../../sdk/src/client/index.js'
import { launch, visit } from '../src/browser'
import { serve } from '../src/files'
import { otlpURL, siteURL } from '../src/site'

/** What main.js puts on the page. */
type WithSDK = Window & { sdk: typeof SDK }

let folder: string
let server: Awaited<ReturnType<typeof serve>>
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'activity-recording-'))
  const root = join(import.meta.dirname, '../recording')
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  server = await serve(folder)
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
  if (folder) rmSync(folder, { recursive: true })
})

async function stored(action: string): Promise<string[]> {
  const trail = createActivityReader({ baseUrl: siteURL() })
  const { activities } = await trail.getActivities({ action })
  return activities.map((a) => a.actorId ?? '')
}

async function open(): Promise<{ page: Page; close(): Promise<void>; errors: string[] }> {
  const visitor = await visit(browser, server.url)
  await visitor.page.evaluate((endpoint) => {
    const { sdk } = window as unknown as WithSDK
    sdk.setup({ endpoint, serviceName: 'recording-page', gatherTime: 60_000 })
    sdk.setActivityDefaults({ actor: { id: 'u-browser' }, projectId: 'acme' })
  }, otlpURL())
  return visitor
}

test('a page records, and hears what became of it', async () => {
  const { page, close, errors } = await open()
  const told = await page.evaluate(async () => {
    const { sdk } = window as unknown as WithSDK
    const outcome = await sdk.logUserAction('browser.click', {
      entityType: 'button',
      entityId: 'buy',
    })
    const result = await sdk.withActivityLogging('browser.load', async () => 7)
    return {
      outcome,
      result,
      waiting: sdk.queueSize(),
      sent: await sdk.flush(),
      lost: sdk.dropped(),
    }
  })
  expect(told).toEqual({ outcome: { state: 'queued' }, result: 7, waiting: 2, sent: true, lost: 0 })
  await expect.poll(() => stored('browser.click')).toEqual(['u-browser'])
  await expect.poll(() => stored('browser.load')).toEqual(['u-browser'])
  expect(errors).toEqual([])
  await close()
})

test('a page that goes away sends what waits', async () => {
  const { page, close } = await open()
  await page.evaluate(() => {
    const { sdk } = window as unknown as WithSDK
    for (let i = 0; i < 20; i++) sdk.logUserAction('browser.leave', { metadata: { i } })
  })
  await page.goto('about:blank')
  await expect.poll(() => stored('browser.leave'), { timeout: 10_000 }).toHaveLength(20)
  await close()
})

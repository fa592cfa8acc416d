import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findings } from '../src/axe'
import { launch, type Theme, visit } from '../src/browser'
import { loaded, rows } from '../src/explore'
import { emit, siteURL } from '../src/site'
import { median, percentile, result } from './figures'

const mostHeld = 100_000
const pixelsPerFrame = 120
const frames = 600
const rounds = 5

let browser: Browser
beforeAll(async () => {
  browser = await launch(['--enable-precise-memory-info', '--js-flags=--expose-gc'])
})
afterAll(() => browser?.close())

test('what the first look and the dashboard load', async () => {
  const visitor = await visit(browser, 'about:blank')
  const { page } = visitor
  let bytes = 0
  const pending: Promise<void>[] = []
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname
    if (path.startsWith('/api/')) return
    pending.push(
      response.body().then((body) => {
        bytes += gzipSync(body, { level: 9 }).length
      }),
    )
  })
  await page.goto(siteURL())
  await loaded(page)
  await page.waitForTimeout(1000)
  await Promise.all(pending)
  const first = bytes
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await page.locator('.recharts-surface').nth(2).waitFor()
  await page.waitForTimeout(1000)
  await Promise.all(pending)
  result('ui_first_load_gz_kb', first / 1024, 'kB', '<= 110')
  result('ui_dashboard_gz_kb', (bytes - first) / 1024, 'kB', '<= 120')
  await visitor.close()
})

/** Scrolls on until the list holds all that it may. */
async function fill(page: Page): Promise<void> {
  for (let held = 0; held < mostHeld; ) {
    await page.locator('[data-oa-grid]').evaluate((element) => {
      element.scrollTo(0, element.scrollHeight)
    })
    await page.waitForTimeout(60)
    held = Number(await rows(page).last().getAttribute('aria-rowindex')) - 1
    if (await page.getByText('are held at most').count()) return
  }
}

interface Frames {
  times: number[]
  blank: number
  elements: number
}

/** Frame times while nothing or the list moves. A frame is blank when a place in the list has no row. */
function measure(page: Page, pixels: number): Promise<Frames> {
  return page.locator('[data-oa-grid]').evaluate(
    (scroller, { pixels, frames }) =>
      new Promise<Frames>((done) => {
        const box = scroller.getBoundingClientRect()
        const places = [0.3, 0.6, 0.9].map((share) => box.top + box.height * share)
        const found: Frames = { times: [], blank: 0, elements: 0 }
        let last = performance.now()
        let direction = 1
        const frame = (now: number) => {
          found.times.push(now - last)
          last = now
          if (pixels > 0) {
            const shown = places.every(
              (y) => document.elementFromPoint(box.left + 60, y)?.closest('[role=row]') != null,
            )
            if (!shown) found.blank++
            if (found.times.length % 30 === 0) {
              found.elements = Math.max(found.elements, document.querySelectorAll('*').length)
            }
            const end = scroller.scrollHeight - scroller.clientHeight
            if (scroller.scrollTop + pixels > end - 20_000) direction = -1
            if (scroller.scrollTop < 20_000) direction = 1
            scroller.scrollTop += direction * pixels
          }
          if (found.times.length < frames) requestAnimationFrame(frame)
          else done(found)
        }
        requestAnimationFrame(frame)
      }),
    { pixels, frames },
  )
}

async function scrolling(page: Page, name: string): Promise<{ blank: number; elements: number }> {
  const ratios: number[] = []
  let blank = 0
  let elements = 0
  await page
    .locator('[data-oa-grid]')
    .evaluate((element) => element.scrollTo(0, element.scrollHeight / 2))
  await page.waitForTimeout(500)
  for (let round = 0; round < rounds; round++) {
    const idle = await measure(page, 0)
    const moving = await measure(page, pixelsPerFrame)
    ratios.push(percentile(moving.times, 0.95) / percentile(idle.times, 0.95))
    blank += moving.blank
    elements = Math.max(elements, moving.elements)
  }
  result(name, median(ratios), 'ratio', '<= 1.25')
  return { blank, elements }
}

test('scrolling through all that the list holds', async () => {
  const visitor = await visit(browser, `${siteURL()}/?from=30d`)
  const { page } = visitor
  await loaded(page)
  const session = await visitor.context.newCDPSession(page)
  await fill(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  result('ui_heap_mb', usedSize / 1e6, 'MB', '<= 45')
  const plain = await scrolling(page, 'ui_scroll_p95_vs_idle')

  await page.getByRole('button', { name: 'Columns' }).click()
  await page.locator('.oa-menu-item', { hasText: 'Compact' }).click()
  await page.keyboard.press('Escape')
  await page.waitForTimeout(500)
  await fill(page)
  const compact = await scrolling(page, 'ui_compact_scroll_p95_vs_idle')
  result('ui_blank_frames', plain.blank + compact.blank, 'frames', '0')
  result('ui_dom_elements', Math.max(plain.elements, compact.elements), 'elements', '<= 1000')
  await visitor.close()
})

test('a live tail of 500 a second', async () => {
  const visitor = await visit(browser, siteURL())
  const { page } = visitor
  await loaded(page)
  await page.keyboard.press('l')
  await page.locator('.oa-live-state[data-state=live]').waitFor()
  await page.evaluate(() => {
    const tasks: number[] = []
    Object.assign(window, { longTasks: tasks })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration)
    }).observe({ type: 'longtask' })
  })
  const batch = Array.from({ length: 50 }, (_, i) => ({ action: 'live.load', actor: `u-${i}` }))
  for (let tick = 0; tick < 200; tick++) {
    const next = new Promise((passed) => setTimeout(passed, 100))
    await emit(...batch)
    await next
  }
  await rows(page).filter({ hasText: 'live.load' }).first().waitFor()
  await page.waitForTimeout(1000)
  const tasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks)
  result('ui_live_long_tasks', tasks.length, 'tasks', '0')
  if (tasks.length > 0) process.stdout.write(`long tasks: ${tasks.map(Math.round).join(' ')} ms\n`)
  await visitor.close()
})

test('accessibility and the content security policy', async () => {
  let found = 0
  let violations = 0
  for (const theme of ['light', 'dark'] as Theme[]) {
    for (const path of ['/', '/dashboard', '/health', '/rejected', '/migration']) {
      const visitor = await visit(browser, siteURL() + path, { theme })
      await visitor.page.waitForTimeout(2500)
      found += (await findings(visitor.page)).length
      violations += visitor.violations.length
      await visitor.close()
    }
  }
  result('ui_axe_violations', found, 'findings', '0')
  result('ui_csp_violations', violations, 'reports', '0')
  expect(violations).toBe(0)
})

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings } from '../src/axe'
import { launch, type Theme, visit } from '../src/browser'
import { details, loaded, query, rows } from '../src/explore'
import { siteURL } from '../src/site'

/** Where pictures go, for the documentation; nowhere unless it is set. */
const pictures = process.env.SCREENSHOTS

interface Screen {
  path: string
  ready(page: Page): Promise<unknown>
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { name, level: 2 }).first().waitFor()

const screens: Record<string, Screen> = {
  explore: { path: '/', ready: loaded },
  details: {
    path: '/?query=action:role.grant',
    async ready(page) {
      await loaded(page)
      await rows(page).first().click()
      await details(page)
        .getByRole('tab', { name: /Changes/ })
        .click()
      await details(page).getByRole('table').waitFor()
    },
  },
  dashboard: {
    path: '/dashboard',
    ready: (page) => page.locator('.recharts-surface').nth(2).waitFor(),
  },
  health: { path: '/health', ready: heading(/activity/i) },
  rejected: {
    path: '/rejected',
    ready: (page) =>
      page
        .getByText(/rejected|refused/i)
        .nth(1)
        .waitFor(),
  },
  migration: {
    path: '/migration',
    ready: (page) => page.getByRole('region', { name: /^Differences/ }).waitFor(),
  },
}

const widths = { wide: 1440, narrow: 400 }

let browser: Browser
beforeAll(async () => {
  browser = await launch()
  if (pictures) mkdirSync(pictures, { recursive: true })
})
afterAll(() => browser?.close())

describe.each(['light', 'dark'] as Theme[])('%s', (theme) => {
  describe.each(Object.entries(widths))('%s', (size, width) => {
    test.each(Object.entries(screens))('%s: accessible, safe, complete', async (name, screen) => {
      const visitor = await visit(browser, siteURL() + screen.path, { theme, width })
      const { page } = visitor
      await screen.ready(page)
      await page.waitForTimeout(300)
      expect(await page.getByRole('heading', { level: 1 }).count()).toBeGreaterThan(0)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        width,
      )
      expect(await findings(page)).toEqual([])
      if (pictures && size === 'wide') {
        await page.screenshot({ path: join(pictures, `${name}-${theme}.png`) })
      }
      expect(visitor.violations).toEqual([])
      expect(visitor.errors).toEqual([])
      await visitor.close()
    })
  })
})

describe('details', () => {
  test('overview, changes, related and JSON', async () => {
    const visitor = await visit(browser, `${siteURL()}/?query=action:role.grant`)
    const { page } = visitor
    await loaded(page)
    await rows(page).first().click()
    const panel = details(page)
    await panel.getByText('on call this week').first().waitFor()
    await panel.getByRole('tab', { name: /Changes/ }).click()
    await panel
      .getByRole('cell', { name: 'limits.refund' })
      .or(panel.getByText('limits.refund'))
      .first()
      .waitFor()
    await panel.getByText('admin').first().waitFor()
    await panel.getByRole('tab', { name: 'Related' }).click()
    await panel
      .getByText(/This actor/i)
      .first()
      .waitFor()
    await panel.getByRole('tab', { name: 'JSON' }).click()
    await panel.getByText('"role.grant"').first().waitFor()
    expect(visitor.errors).toEqual([])
    await visitor.close()
  })
})

describe('dashboard', () => {
  test('each chart can be read as a table, and a figure leads to its activities', async () => {
    const visitor = await visit(browser, `${siteURL()}/dashboard`)
    const { page } = visitor
    await page.locator('.recharts-surface').nth(2).waitFor()
    const switches = page.getByRole('button', { name: 'View as table' })
    const charts = await switches.count()
    expect(charts).toBeGreaterThanOrEqual(4)
    for (let i = 0; i < charts; i++) await switches.nth(i).click()
    expect(await page.getByRole('table').count()).toBe(charts)
    const actions = page.getByRole('table').filter({ hasText: 'order.place' })
    await actions.getByRole('button', { name: 'order.place' }).first().click()
    await loaded(page)
    await expect.poll(() => query(page)).toContain('action:')
    expect(visitor.violations).toEqual([])
    await visitor.close()
  })
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, visit } from '../src/browser'
import { find, loaded, rows } from '../src/explore'
import { emit, guardedToken, guardedURL, siteURL, startSite, stopSite } from '../src/site'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

test('a server that goes away and comes back', async () => {
  const visitor = await visit(browser, siteURL())
  const { page } = visitor
  await loaded(page)
  await page.keyboard.press('l')
  await page.locator('.oa-live-state[data-state=live]').waitFor()
  await stopSite()
  try {
    await page
      .locator('.oa-live-state[data-state=lost], .oa-live-state[data-state=connecting]')
      .waitFor()
    expect(await rows(page).count()).toBeGreaterThan(5)
    await find(page, 'status:failure')
    await page.getByRole('button', { name: 'Try again' }).first().waitFor()
  } finally {
    await startSite()
  }
  await loaded(page)
  await page.locator('.oa-live-state[data-state=live]').waitFor({ timeout: 45_000 })
  await find(page, '')
  await emit({ action: 'back.again' })
  await rows(page).filter({ hasText: 'back.again' }).first().waitFor()
  expect(visitor.violations).toEqual([])
  await visitor.close()
}, 120_000)

test('a page that wants a token asks for it and keeps it to itself', async () => {
  const visitor = await visit(browser, guardedURL())
  const { page } = visitor
  const field = page.getByLabel(/token/i)
  await field.waitFor()
  await field.fill('wrong')
  await page.getByRole('button', { name: /sign in/i }).click()
  await page
    .getByText(/not accepted|refused|wrong|again/i)
    .first()
    .waitFor()
  await field.fill(guardedToken())
  await page.getByRole('button', { name: /sign in/i }).click()
  await loaded(page)
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie]),
  )
  expect(kept).not.toContain(guardedToken())
  expect(visitor.violations).toEqual([])
  await visitor.close()
})

test('while it loads, it says so', async () => {
  const visitor = await visit(browser, 'about:blank')
  const { page } = visitor
  await page.route('**/api/v1/activities?**', async (route) => {
    await new Promise((passed) => setTimeout(passed, 1500))
    await route.continue()
  })
  await page.goto(siteURL())
  await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor()
  await loaded(page)
  await visitor.close()
})

test('what the API refuses is explained', async () => {
  const visitor = await visit(browser, `${siteURL()}/?query=trace:not-a-trace`)
  const { page } = visitor
  await page.getByRole('alert').first().waitFor()
  expect(await page.getByRole('alert').first().textContent()).toMatch(/32/)
  await visitor.close()
})

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findings } from '../src/axe'
import { launch, type Visitor, visit } from '../src/browser'
import { differ, siteURL } from '../src/site'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

async function opened(width = 1440): Promise<Visitor> {
  const visitor = await visit(browser, `${siteURL()}/migration`, { width })
  await visitor.page.getByRole('heading', { name: 'off audit triggers' }).waitFor()
  return visitor
}

async function fine({ violations, errors, close }: Visitor): Promise<void> {
  expect(violations).toEqual([])
  expect(errors).toEqual([])
  await close()
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('shows what is old, what is new and how they differ', async () => {
  const visitor = await opened()
  const { page } = visitor
  const step = page.locator('[aria-current=step]')
  expect(await step.textContent()).toContain('Shadow')
  const old = page.getByRole('region', { name: /^Audit tables/ })
  expect(await old.getByRole('row').count()).toBe(4)
  expect(await old.textContent()).toContain('make no activity')
  const audited = page.getByRole('region', { name: /^Audited tables/ })
  expect(await audited.getByRole('row').count()).toBe(6)
  const differences = page.getByRole('region', { name: /^Differences/ })
  await differences.getByText('order 4711').waitFor()
  await fine(visitor)
})

test('the cut-over is locked, and says why', async () => {
  const visitor = await opened()
  const cutover = button(visitor.page, 'Cut over')
  expect(await cutover.isDisabled()).toBe(true)
  const reason = await cutover.getAttribute('aria-describedby')
  expect(await visitor.page.locator(`#${reason}`).textContent()).toContain('2 rows differ')
  await fine(visitor)
})

test('is paused, and goes on from a row that is tried again', async () => {
  const visitor = await opened()
  const { page } = visitor
  await button(page, 'Pause').click()
  await page.getByRole('status').filter({ hasText: 'Paused.' }).waitFor()
  await button(page, 'Retry public.orders').click()
  await button(page, 'Pause').waitFor()
  await page.getByRole('region', { name: /^Differences/ }).waitFor({ state: 'detached' })
  await differ()
  await page.getByRole('region', { name: /^Differences/ }).waitFor()
  await fine(visitor)
})

test('a command for a state that has passed is not carried out', async () => {
  const first = await opened()
  // The second page shows what was, however often it asks.
  const second = await opened()
  await second.page.route('**/api/v1/migrations/*', (route) =>
    route.request().method() === 'GET' ? route.abort() : route.continue(),
  )
  await button(first.page, 'Pause').click()
  await button(first.page, 'Resume').click()
  await button(first.page, 'Pause').waitFor()
  await differ()
  await button(second.page, 'Pause').click()
  await second.page.getByText(/moved on meanwhile/).waitFor()
  await first.close()
  await second.close()
})

test.each([1440, 400])('the forms can be used at %i px', async (width) => {
  const visitor = await opened(width)
  const { page } = visitor
  await button(page, 'Abort…').click()
  const field = page.getByRole('textbox', { name: /off audit triggers/ })
  await field.fill('off audit')
  expect(await button(page, 'Abort').isDisabled()).toBe(true)
  await field.fill('off audit triggers')
  expect(await button(page, 'Abort').isDisabled()).toBe(false)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  expect(await findings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await button(page, 'Abort…').waitFor()
  await fine(visitor)
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, visit } from '../src/browser'
import { details, find, loaded, rows } from '../src/explore'
import { siteURL } from '../src/site'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

// Every hostile record that the site holds is listed, opened, and looked at from all sides.
test('hostile text is shown and does nothing', async () => {
  const visitor = await visit(browser, `${siteURL()}/?from=24h&query=hostile.`)
  const { page } = visitor
  await loaded(page)
  const held = await rows(page).count()
  expect(held).toBeGreaterThanOrEqual(8)
  for (let i = 0; i < held; i++) {
    await rows(page).nth(i).click()
    await details(page).getByRole('heading').first().waitFor()
    for (const name of [/Changes/, 'Related', 'JSON', 'Overview']) {
      await details(page).getByRole('tab', { name }).click()
      await page.waitForTimeout(50)
    }
  }
  const text = await page.locator('body').textContent()
  expect(text).toContain('<script>window.hacked=1</script>')
  // What turns text around or drives terminals is shown as what it is.
  for (const hidden of ['\u202e', '\u202c', '\u0007', '\u001b']) expect(text).not.toContain(hidden)
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  expect(await page.locator('main script, main img[onerror], a[href^="javascript:"]').count()).toBe(
    0,
  )
  expect(visitor.violations).toEqual([])
  expect(visitor.errors).toEqual([])
  await visitor.close()
})

test('what was sent as hostile requests can be listed to the end', async () => {
  const visitor = await visit(browser, `${siteURL()}/?from=20000d`)
  const { page } = visitor
  await loaded(page)
  await find(page, 'action:test')
  await page.waitForTimeout(500)
  const all = await page.evaluate(async (base) => {
    let cursor = ''
    let count = 0
    for (;;) {
      const answer = await fetch(
        `${base}/api/v1/activities?limit=200&from=20000d${cursor && `&cursor=${cursor}`}`,
      )
      const { items, page } = await answer.json()
      count += items.length
      if (!page.nextCursor) return count
      cursor = page.nextCursor
    }
  }, siteURL())
  expect(all).toBeGreaterThan(2000)
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  expect(visitor.violations).toEqual([])
  await visitor.close()
})

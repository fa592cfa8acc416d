import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launch, type Visitor, visit } from '../src/browser'
import { active, details, find, grid, loaded, parameter, query, rows, search } from '../src/explore'
import { emit, siteURL } from '../src/site'

let browser: Browser
let visitor: Visitor
let page: Page

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  visitor = await visit(browser, siteURL())
  page = visitor.page
  await loaded(page)
})
afterEach(async () => {
  expect(visitor.violations).toEqual([])
  expect(visitor.errors).toEqual([])
  await visitor.close()
})

describe('keys', () => {
  test('j, k, arrows, pages and ends move the active row', async () => {
    await page.keyboard.press('j')
    await expect.poll(() => active(page)).toBe(0)
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => active(page)).toBe(2)
    await page.keyboard.press('k')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => active(page)).toBe(0)
    await page.keyboard.press('PageDown')
    await expect.poll(() => active(page)).toBeGreaterThan(5)
    await page.keyboard.press('PageUp')
    await expect.poll(() => active(page)).toBe(0)
    await page.keyboard.press('End')
    await expect.poll(() => active(page)).toBeGreaterThan(90)
    await page.keyboard.press('Home')
    await expect.poll(() => active(page)).toBe(0)
  })

  test('Enter opens the details, Esc closes them, c copies a link', async () => {
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await details(page).getByRole('heading').first().waitFor()
    expect(parameter(page, 'id')).toBeTruthy()
    await page.keyboard.press('c')
    await page.getByText('Link copied').first().waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    expect(new URL(link).searchParams.get('id')).toBe(parameter(page, 'id'))
    await page.keyboard.press('Escape')
    await details(page).waitFor({ state: 'detached' })
    expect(parameter(page, 'id')).toBeNull()
  })

  test('/ goes to the search, ? explains the keys', async () => {
    await page.keyboard.press('/')
    expect(await search(page).evaluate((input) => input === document.activeElement)).toBe(true)
    await page.keyboard.type('jkl')
    expect(await search(page).inputValue()).toBe('jkl')
    await search(page).fill('')
    await page.keyboard.press('Escape')
    await grid(page).focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys and search' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys and search' }).waitFor({ state: 'detached' })
  })
})

describe('search and filters', () => {
  test('one line of key:value, not and text', async () => {
    await find(page, 'action:role.grant severity:critical actor:alice -status:failure on call')
    await expect.poll(() => rows(page).count()).toBe(1)
    expect(await rows(page).first().textContent()).toContain('role.grant')
  })

  test('completes names and values', async () => {
    await search(page).click()
    await page.keyboard.type('action:role')
    const option = page.getByRole('option', { name: /role\.grant/ })
    await option.waitFor()
    await option.click()
    await page.keyboard.press('Enter')
    await expect.poll(() => rows(page).count()).toBe(1)
  })

  test('facets choose, exclude and clear', async () => {
    const facets = page.getByRole('region', { name: 'Filters' })
    await facets.getByRole('checkbox', { name: /critical/ }).check()
    await expect.poll(() => rows(page).count()).toBe(1)
    await facets.getByRole('checkbox', { name: /critical/ }).uncheck()
    await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
    await facets.getByRole('button', { name: 'Exclude success' }).click()
    await expect.poll(() => query(page)).toContain('-status:success')
    await loaded(page)
    await expect
      .poll(async () =>
        (await rows(page).allTextContents()).some((text) => text.includes('success')),
      )
      .toBe(false)
    await facets.getByRole('button', { name: 'Clear Status' }).click()
    await expect.poll(() => query(page)).not.toContain('-status:success')
  })

  test('what matches nothing says so and offers a way out', async () => {
    await find(page, 'actor:nobody-at-all')
    await page.getByText('No activities', { exact: true }).waitFor()
    await page.locator('.oa-actions').getByRole('button', { name: 'Clear the search' }).click()
    await loaded(page)
  })
})

describe('time', () => {
  test('dragging over the histogram selects time, and the back button undoes it', async () => {
    const chart = page.locator('.oa-histogram canvas')
    const box = await chart.boundingBox()
    if (!box) throw new Error('there is no histogram')
    const before = page.url()
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => parameter(page, 'to')).toBeTruthy()
    const [from, to] = [parameter(page, 'from'), parameter(page, 'to')].map((at) =>
      Date.parse(at ?? ''),
    )
    expect((to ?? 0) - (from ?? 0)).toBeGreaterThan(3 * 3600e3)
    expect((to ?? 0) - (from ?? 0)).toBeLessThan(8 * 3600e3)
    await loaded(page)
    await page.goBack()
    await expect.poll(() => page.url()).toBe(before)
    await loaded(page)
  })

  test('presets, relative times and another time zone are in the address', async () => {
    await page.getByRole('button', { name: /Last 24 hours/i }).click()
    await page.getByRole('button', { name: /7 days/ }).click()
    await expect.poll(() => parameter(page, 'from')).toBe('7d')
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.locator('.oa-menu-item', { hasText: 'distance to now' }).click()
    await expect.poll(() => parameter(page, 'time')).toBe('relative')
    await page.keyboard.press('Escape')
    await loaded(page)
    expect(await rows(page).first().textContent()).toMatch(/ago|now/)
  })
})

describe('addresses', () => {
  test('a deep link shows the same page, with the details', async () => {
    await find(page, 'action:role.grant')
    await expect.poll(() => rows(page).count()).toBe(1)
    await rows(page).first().click()
    await details(page).getByRole('heading', { name: 'role.grant' }).waitFor()
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await details(page).getByRole('heading', { name: 'role.grant' }).waitFor()
    await expect.poll(() => rows(page).count()).toBe(1)
    const id = parameter(page, 'id')
    await page.goto(`${siteURL()}/a/${id}`)
    await details(page).getByRole('heading', { name: 'role.grant' }).waitFor()
  })

  test('views are saved in the browser and applied again', async () => {
    await find(page, 'status:failure')
    await expect.poll(() => query(page)).toBe('status:failure')
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByLabel('Name of the view').fill('What failed')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.goto(siteURL())
    await loaded(page)
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('button', { name: 'What failed', exact: true }).click()
    await expect.poll(() => query(page)).toBe('status:failure')
  })
})

describe('rows', () => {
  test('scrolling brings page after page, and never many elements', async () => {
    const scroller = page.locator('[data-oa-grid]')
    for (let i = 0; i < 12; i++) {
      await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await page.waitForTimeout(150)
    }
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(
      1000,
    )
    await expect
      .poll(async () => Number(await rows(page).last().getAttribute('aria-rowindex')))
      .toBeGreaterThan(500)
  })

  test('columns and density', async () => {
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.locator('.oa-menu-item', { hasText: 'Project' }).click()
    await expect.poll(() => parameter(page, 'columns')).toContain('project')
    await page.locator('.oa-menu-item', { hasText: 'Compact' }).click()
    await expect.poll(() => parameter(page, 'compact')).toBe('1')
    await page.keyboard.press('Escape')
    expect(await rows(page).first().getByRole('gridcell').count()).toBeLessThanOrEqual(4)
  })
})

describe('live', () => {
  test('arrives by itself, waits while paused, resumes', async () => {
    await page.keyboard.press('l')
    await page.locator('.oa-live-state[data-state=live]').waitFor()
    await emit({ action: 'live.one', details: 'first of the live ones' })
    await rows(page).filter({ hasText: 'live.one' }).first().waitFor()
    await page.keyboard.press(' ')
    await page.locator('.oa-live-state[data-state=paused]').waitFor()
    await emit({ action: 'live.two' }, { action: 'live.two' })
    const resume = page.getByRole('button', { name: /2 new · Resume/ })
    await resume.waitFor()
    expect(await rows(page).filter({ hasText: 'live.two' }).count()).toBe(0)
    await resume.click()
    await rows(page).filter({ hasText: 'live.two' }).nth(1).waitFor()
    await page.keyboard.press('l')
    await page.locator('.oa-live-state').waitFor({ state: 'detached' })
  })

  test('an activity that happened earlier and comes late is there, too', async () => {
    await page.keyboard.press('l')
    await page.locator('.oa-live-state[data-state=live]').waitFor()
    await emit({ action: 'live.late', at: new Date(Date.now() - 30_000) })
    await rows(page).filter({ hasText: 'live.late' }).first().waitFor()
  })
})

describe('export', () => {
  test.each(['CSV', 'NDJSON'])('downloads %s with a mark of completeness', async (format) => {
    await find(page, 'action:role.grant')
    await expect.poll(() => rows(page).count()).toBe(1)
    await page.getByRole('button', { name: 'Export' }).click()
    const coming = page.waitForEvent('download')
    // A link to download, or a button that fetches with the token.
    await page.locator('.oa-menu-item', { hasText: format }).click()
    const file = await (await coming).path()
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.some((line) => line.includes('role.grant'))).toBe(true)
    if (format === 'CSV') expect(lines.at(-1)).toBe('# count=1 complete=true')
    else expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ export: { count: 1, complete: true } })
  })
})

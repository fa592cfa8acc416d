import type { Locator, Page } from 'playwright-core'

/** The parts of Explore as people see them. */
export const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Activities' })
export const rows = (page: Page): Locator => grid(page).locator('[role=row][id]')
export const search = (page: Page): Locator => page.getByRole('combobox', { name: 'Search' })
export const details = (page: Page): Locator => page.locator('.oa-details')

export async function loaded(page: Page): Promise<void> {
  await rows(page).first().waitFor()
  await page.locator('[role=grid][aria-busy=false]').waitFor()
}

export async function find(page: Page, text: string): Promise<void> {
  await search(page).fill(text)
  await search(page).press('Enter')
  await search(page).press('Escape')
}

/** Text of the active row, which the grid points to. */
export async function active(page: Page): Promise<number> {
  const id = await grid(page).getAttribute('aria-activedescendant')
  if (!id) return -1
  const index = await page.locator(`[id="${id}"]`).getAttribute('aria-rowindex')
  return Number(index) - 2
}

export const parameter = (page: Page, name: string): string | null =>
  new URL(page.url()).searchParams.get(name)

/** The search as it stands in the address. */
export const query = (page: Page): string => parameter(page, 'query') ?? ''

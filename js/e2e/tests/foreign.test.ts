import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, visit } from '../src/browser'
import { serve } from '../src/files'
import { siteURL } from '../src/site'

const packages = join(import.meta.dirname, '../..')
const foreign = join(import.meta.dirname, '../foreign')

function npm(folder: string, ...args: string[]): string {
  return execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
  })
}

/** Packs a package as it is published; returns what a dependency on it says. */
function pack(name: string, folder: string): string {
  npm(join(packages, name), 'pack', '--pack-destination', folder)
  const tarball = readdirSync(folder).find((file) => file.startsWith(`otel-activity-${name}-`))
  if (!tarball) throw new Error(`npm pack made no package of ${name}`)
  return `file:${tarball}`
}

/** An application of somebody else's that installs the packages as they are published. */
function build(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'activity-foreign-'))
  cpSync(foreign, folder, { recursive: true })
  // In this order: the declarations of the second name those of the first.
  const sdk = pack('sdk', folder)
  const react = pack('react', folder)
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: {
        '@otel-activity/sdk': sdk,
        '@otel-activity/react': react,
        react: version,
        'react-dom': version,
        vite: '8.3.8',
      },
    }),
  )
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund')
  npm(folder, 'exec', '--', 'vite', 'build')
  return folder
}

describe.each(['18.3.1', '19.3.1'])('the packed package in a Vite app with React %s', (version) => {
  let folder: string
  let server: Awaited<ReturnType<typeof serve>>
  let browser: Browser

  beforeAll(async () => {
    folder = build(version)
    server = await serve(join(folder, 'dist'))
    browser = await launch()
  }, 240_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  test('shows each component, and leaves the host page alone', async () => {
    const visitor = await visit(browser, `${server.url}/?api=${encodeURIComponent(siteURL())}`)
    const { page } = visitor
    const monitor = page.locator('#monitor')
    await monitor.getByRole('row').filter({ hasText: 'role.grant' }).first().click()
    await page
      .locator('#details')
      .getByRole('tab', { name: /Changes/ })
      .click()
    await page.locator('#details').getByText('admin', { exact: true }).first().waitFor()
    await page.locator('#compact').getByRole('row').nth(3).waitFor()
    await page.locator('#timeline').getByText('role.grant').first().waitFor()
    await page
      .locator('#dashboard')
      .getByRole('heading', { name: /severity/i })
      .first()
      .waitFor()

    const host = await page.evaluate(() => {
      const style = (id: string) => getComputedStyle(document.getElementById(id) as HTMLElement)
      return {
        color: style('host-title').color,
        font: style('host-title').fontSize,
        button: style('host-button').backgroundColor,
        body: getComputedStyle(document.body).margin,
      }
    })
    expect(host).toEqual({
      color: 'rgb(120, 0, 120)',
      font: '31px',
      button: 'rgb(255, 200, 0)',
      body: '8px',
    })
    expect(visitor.errors).toEqual([])
    await visitor.close()
  })
})

import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const programs = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser']

// Without these flags Chromium looks for hosts that have nothing to do with the page.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function launch(more: string[] = []): Promise<Browser> {
  const executablePath = programs.find((program) => program && existsSync(program))
  if (!executablePath)
    throw new Error('Chromium is missing: run `make test`, which installs it, or set CHROMIUM')
  return chromium.launch({ executablePath, args: [...quiet, ...more] })
}

export type Theme = 'light' | 'dark'

export interface Visit {
  theme?: Theme
  width?: number
  height?: number
}

/** A page and what went wrong on it: CSP violations, uncaught errors, console errors. */
export interface Visitor {
  page: Page
  context: BrowserContext
  violations: string[]
  errors: string[]
  close(): Promise<void>
}

export async function visit(browser: Browser, url: string, how: Visit = {}): Promise<Visitor> {
  const context = await browser.newContext({
    colorScheme: how.theme ?? 'light',
    viewport: { width: how.width ?? 1440, height: how.height ?? 900 },
    acceptDownloads: true,
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const violations: string[] = []
  const errors: string[] = []
  await page.exposeFunction('reportViolation', (text: string) => violations.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportViolation(text: string): void }).reportViolation
      report(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      )
    })
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(url)
  return { page, context, violations, errors, close: () => context.close() }
}

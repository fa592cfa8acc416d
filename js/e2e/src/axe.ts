import { source } from 'axe-core'
import type { Page } from 'playwright-core'

interface Finding {
  id: string
  impact: string | null
  nodes: { html: string; failureSummary?: string }[]
}

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds against WCAG 2.2 AA on the page as it is, one line a finding. */
export async function findings(page: Page): Promise<string[]> {
  // Through the debugger, so that the page's content security policy stays as it is.
  await page.evaluate(source)
  const found = await page.evaluate(async (tags) => {
    const axe = (
      window as unknown as { axe: { run(options: object): Promise<{ violations: Finding[] }> } }
    ).axe
    return (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations
  }, wcag)
  return found.flatMap((finding) =>
    finding.nodes.map(
      (node) => `${finding.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`,
    ),
  )
}

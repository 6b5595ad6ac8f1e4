import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export interface WatchedPage {
  readonly page: Page
  /** What a page must not do: errors in the console, exceptions, answers with an error, requests to anybody but the platform. */
  faults(): readonly string[]
  forget(): void
}

/** A page whose faults are kept. `origin` is the only one that it may ask. */
export async function watchedPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage()
  let faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) faults.push(`request to another origin: ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`HTTP ${response.status()}: ${response.url()}`)
  })
  return {
    page,
    faults: () => faults,
    forget() {
      faults = []
    },
  }
}

interface AxeFinding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** Returns what axe-core calls serious or critical. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Playwright's evaluation is not bound to the policy of the page; a script element would be.
  await page.evaluate(axe)
  const violations = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations)')) as AxeFinding[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 300)}`),
    )
}

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import { waitFor } from '../support/wait-for.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Codes of errors that are a fault of the page: what somebody may not ask, what is no question, and what asks for too much. */
const neverAsked = /"extensions":\{"code":"(?:FORBIDDEN|BAD_REQUEST|QUERY_TOO_COMPLEX|PAGE_TOO_LARGE|INTERNAL)"/

export interface WatchedPage {
  readonly page: Page
  /** What a page must not do: errors in the console, exceptions, answers with an error, requests to anybody but the platform. */
  faults(): readonly string[]
  /** Answers of GraphQL, and messages of its subscriptions, that say that the page may not, or could never, ask what it did. */
  refused(): readonly string[]
  forget(): void
}

/** A page whose faults are kept. `origin` is the only one that it may ask. */
export async function watchedPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage()
  let faults: string[] = []
  let refused: string[] = []
  const note = (answer: string) => {
    if (neverAsked.test(answer)) refused.push(answer.slice(0, 500))
  }
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
    // The body of an answer is gone with its page.
    if (new URL(response.url()).pathname === '/graphql') response.text().then(note, () => undefined)
  })
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => note(String(payload)))
  })
  return {
    page,
    faults: () => faults,
    refused: () => refused,
    forget() {
      faults = []
      refused = []
    },
  }
}

interface AxeFinding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const looks = 3
const isFading = `document.getAnimations().some(({ effect }) => effect.getComputedTiming().iterations !== Infinity)`

/** Returns what axe-core calls serious or critical. What fades has less contrast than it is going to have, so a fault must be there at each look. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Playwright's evaluation is not bound to the policy of the page; a script element would be.
  await page.evaluate(axe)
  let faults: string[] = []
  for (let look = 0; look < looks; look++) {
    // Not page.waitForFunction: it evaluates in the page, whose policy forbids that.
    await waitFor(async () => !(await page.evaluate<boolean>(isFading)), { what: 'the end of what fades' })
    faults = await faultsNow(page)
    if (faults.length === 0) break
  }
  return faults
}

async function faultsNow(page: Page): Promise<string[]> {
  const violations = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations)')) as AxeFinding[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 300)}`),
    )
}

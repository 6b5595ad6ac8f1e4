import type { GrownThings } from '@elves/bench/growth/grown-platform.ts'
import type { Doors } from '@elves/standalone/ready-file.ts'
import type { Page } from 'playwright-core'
import type { Browser } from '../browser/chromium.ts'

export interface Showing {
  readonly door: Doors
  readonly things: GrownThings
  /** How often each page is shown. */
  readonly runs: number
  readonly progress: (text: string) => void
}

/** A page of the dashboard that is signed in and live. */
export async function signedIn({ context }: Pick<Browser, 'context'>, door: Doors): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.goto(`${door.url}/?token=${door.token}`)
  await page.goto(`${door.url}/?lang=en&theme=light`)
  await page.waitForSelector('[data-connection="live"]')
  return page
}

/**
 * Shows an address as a link to it would, and returns the ms until the frame in which the page has what a selector finds: measured in the
 * page, without what it takes to ask the browser.
 */
export function timeTo(page: Page, address: string, selector: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve, reject) => {
    const startedAt = performance.now()
    history.pushState({}, '', ${JSON.stringify(address)})
    dispatchEvent(new PopStateEvent('popstate', { state: {} }))
    const look = () => {
      if (document.querySelector(${JSON.stringify(selector)})) return requestAnimationFrame(() => resolve(performance.now() - startedAt))
      if (performance.now() - startedAt > 60000) return reject(new Error(${JSON.stringify(`${address} does not show ${selector}`)}))
      requestAnimationFrame(look)
    }
    // The page of now may have it too: React renders the new one in a later turn.
    requestAnimationFrame(look)
  })`)
}

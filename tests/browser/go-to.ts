import type { Page } from 'playwright-core'

/** Shows an address as a link to it would, without loading the page anew. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: {} }))`)
}

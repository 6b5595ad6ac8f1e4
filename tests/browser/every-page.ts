import type { Page } from 'playwright-core'
import { goTo } from './go-to.ts'
import { addressOf, dashboardPages, dashboardViews } from './pages.ts'
import type { ShownThings } from './shown-things.ts'
import { accessibilityFaults } from './watched-page.ts'

export interface SeenPages {
  /** What axe calls serious, by the address of its page. */
  readonly accessibility: readonly string[]
  /** The permissions that something on the pages is offered by, each once. */
  readonly offered: readonly string[]
  /** Names of pages that say that they are for others. */
  readonly notOffered: readonly string[]
}

/** Shows every page of the dashboard in every way, in the language that is chosen. */
export async function seeEveryPage(page: Page, things: ShownThings): Promise<SeenPages> {
  const addresses = [
    ...dashboardPages.map((one) => ({ name: one.name, address: addressOf(one, things) })),
    ...dashboardViews.map(({ name, path }) => ({ name, address: path })),
  ]
  const accessibility: string[] = []
  const offered = new Set<string>()
  const notOffered = new Set<string>()
  for (const { name, address } of addresses) {
    await goTo(page, address)
    await page.waitForSelector(`[data-page="${name}"]`)
    await page.waitForSelector('[aria-busy="true"]', { state: 'detached' })
    for (const fault of await accessibilityFaults(page)) accessibility.push(`${address}: ${fault}`)
    for (const needs of await page.evaluate<string[]>(`[...document.querySelectorAll('[data-needs]')].map((one) => one.dataset.needs)`)) {
      offered.add(needs)
    }
    // A link to a page that runs tasks offers that, too.
    if ((await page.locator('main a[href^="/run"]').count()) > 0) offered.add('RUN')
    if ((await page.locator('[data-not-offered]').count()) > 0) notOffered.add(name)
    if (address.includes('group=')) await page.waitForSelector('[data-groups]:not([data-groups="0"]) tbody a')
  }
  return { accessibility, offered: [...offered].sort(), notOffered: [...notOffered].sort() }
}

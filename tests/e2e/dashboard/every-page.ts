import { expect, test } from 'vitest'
import type { Dashboard } from '../../browser/dashboard.ts'
import { addressOf, dashboardPages, dashboardViews } from '../../browser/pages.ts'
import { accessibilityFaults } from '../../browser/watched-page.ts'

/** As the admin, to whom everything is offered. */
export function everyPage(dashboard: () => Dashboard): void {
  test.each([
    { language: 'en', theme: 'light' },
    { language: 'zh', theme: 'dark' },
  ] as const)('every page in $language, $theme: no error, no request to another origin, nothing serious of axe', async ({ language, theme }) => {
    const { shown, things } = dashboard()
    const { page } = shown
    const addresses = [
      ...dashboardPages.map((one) => ({ name: one.name, address: addressOf(one, things()) })),
      ...dashboardViews.map(({ name, path }) => ({ name, address: path })),
    ]
    await shown.load(`/?lang=${language}&theme=${theme}`)
    await shown.live()
    const accessibility: string[] = []
    for (const { name, address } of addresses) {
      await shown.go(address)
      await page.waitForSelector(`[data-page="${name}"]`)
      await shown.settled()
      for (const fault of await accessibilityFaults(page)) accessibility.push(`${address}: ${fault}`)
    }
    expect(accessibility).toEqual([])
    expect(shown.faults()).toEqual([])
    // What was chosen by the address is kept; the tests after this one read English.
    await shown.load('/?lang=en&theme=light')
  })
}

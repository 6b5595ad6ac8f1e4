import { expect, test } from 'vitest'
import type { Dashboard } from '../../browser/dashboard.ts'

/** The parts of the platform, and repairs. */
export function systemFlows(dashboard: () => Dashboard): void {
  test('shows the parts of the platform and what flows between them, and makes a read model anew by clicking', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/system')
    await page.waitForSelector('[data-part="flows"] .box.good')
    expect(await page.locator('[data-part="components"] [data-state="READY"]').count()).toBe(4)
    await page
      .getByRole('row', { name: /^join-tokens/ })
      .getByRole('button', { name: 'Make anew' })
      .click()
    await shown.dialog().getByRole('button', { name: 'Make anew' }).click()
    await page.waitForSelector('[data-part="rebuilds"] [data-state="DONE"]')
    expect(await page.locator('[data-part="rebuilds"]').innerText()).toContain('join-tokens')
    expect(shown.faults()).toEqual([])
  })
}

import { expect, test } from 'vitest'
import { type Dashboard, patient } from '../../browser/dashboard.ts'

/** What the overview counts, and the lists behind it. */
export function overviewFlows(dashboard: () => Dashboard): void {
  test('the overview tells tasks by minute, new failures, the slowest apps and what is late, each with the list behind it', async () => {
    const { shown, platform, asAdmin } = dashboard()
    const { page } = shown
    const [agent] = platform.ready().agents
    const run = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { refusal { code } } }'
    await asAdmin(run, { input: { agent: agent?.ip, app: 'never-there', func: 'f' } })
    await shown.go('/')
    await expect.poll(async () => Number(await page.locator('[data-minutes]').getAttribute('data-minutes')), patient).toBeGreaterThan(3)
    const failure = page.locator('[data-new-failures] li', { hasText: 'never-there' })
    await failure.locator('.mono').waitFor()
    await page.locator('[data-slowest]').getByRole('link', { name: 'apptest', exact: true }).waitFor()
    await page.waitForSelector('[data-late="0"][data-missed="0"]')
    await failure.getByRole('link', { name: 'never-there' }).click()
    await page.waitForSelector('[data-page="tasks"]')
    expect(new URL(page.url()).searchParams.get('app')).toBe('never-there')
    await page.locator('.ant-table [data-state="REJECTED"]').first().waitFor()
    await shown.go('/')
    await page.locator('.totals a', { hasText: 'Succeeded' }).click()
    await page.locator('.ant-table [data-state="SUCCEEDED"]').first().waitFor()
    await shown.go('/')
    await page.locator('[data-late] a').first().click()
    await page.getByText('No task matches the filters.').waitFor()
    await expect.poll(() => page.getByRole('checkbox', { name: 'Late now' }).isChecked(), patient).toBe(true)
    expect(shown.faults()).toEqual([])
  })
}

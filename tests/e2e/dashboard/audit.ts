import { expect, test } from 'vitest'
import { type Dashboard, patient } from '../../browser/dashboard.ts'
import { accessibilityFaults } from '../../browser/watched-page.ts'

/** Audit: the past, proofs, reports. */
export function auditFlows(dashboard: () => Dashboard): void {
  test('a slider over the history shows everything as it was, and what changed meanwhile', async () => {
    const { shown, asAdmin, things } = dashboard()
    const { page } = shown
    const query = 'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 1) { nodes { recordedAt } } }'
    const { events } = await asAdmin<{ events: { nodes: { recordedAt: string }[] } }>(query, { s: [`task-${things().task}`] })
    const requestedMs = Date.parse(events.nodes[0]?.recordedAt ?? '')
    const go = (since: number, to: number) => shown.go(`/audit?view=past&since=${new Date(since).toISOString()}&at=${new Date(to).toISOString()}`)
    const shownAt = (ms: number) => page.waitForSelector(`[data-past="${new Date(ms).toISOString()}"]`)
    const task = page.locator(`[data-past] a[href="/tasks/${things().task}"]`)
    await go(requestedMs - 2, requestedMs - 1)
    await shownAt(requestedMs - 1)
    await shown.settled()
    await expect.poll(() => task.count(), patient).toBe(0)
    await go(requestedMs - 1, requestedMs + 1)
    await task.waitFor()
    await page.locator('[data-changes]').getByText(things().task).waitFor()
    const before = new URL(page.url()).searchParams.get('at')
    await page.getByRole('slider', { name: 'As it was at' }).press('ArrowLeft')
    await expect.poll(() => new URL(page.url()).searchParams.get('at'), patient).not.toBe(before)
    expect(shown.faults()).toEqual([])
  })

  test('an event is proved in the browser: what is shown, its place in the log, and who signed that', async () => {
    const { shown, things } = dashboard()
    const { page } = shown
    await shown.go(`/audit?stream=task-${things().task}`)
    await page.waitForSelector('[data-log-sign="true"]')
    // Each event of a task: its parameter, its instruction, its result.
    const opened = page.getByRole('link', { name: 'Open' })
    await opened.nth(4).waitFor()
    for (let index = 0; index < 5; index++) {
      await opened.nth(index).click()
      await shown.button('Prove that the log has it').click()
      await page.waitForSelector('[data-proof="true"]')
      await page.keyboard.press('Escape')
      await page.waitForSelector('[data-proof]', { state: 'detached' })
    }
    expect(shown.faults()).toEqual([])
  })

  test('a report says who could do what and who did what in a period, and leaves the navigation out on paper', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/audit?view=report')
    await page.locator('[data-could]').last().getByText('admin').first().waitFor()
    await page.locator('[data-did] section', { hasText: 'admin' }).getByText('TaskRequested').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation').isVisible()).toBe(false)
    expect(await page.locator('[data-did]').isVisible()).toBe(true)
    await page.emulateMedia({ media: null })
    expect(await accessibilityFaults(page)).toEqual([])
    expect(shown.faults()).toEqual([])
  })
}

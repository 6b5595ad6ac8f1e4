import { expect, test } from 'vitest'
import { type Dashboard, patient } from '../../browser/dashboard.ts'

const berlin = 'Europe/Berlin'
const dateIn = (at: Date) => new Intl.DateTimeFormat('en-GB', { timeZone: berlin, day: '2-digit', month: '2-digit', year: 'numeric' }).format(at)

/** Schedules: made across a change of the clocks, in the calendar, changed, deleted. */
export function scheduleFlows(dashboard: () => Dashboard): void {
  test('makes a schedule whose rule is said in words, and previewed across the next change of the clocks', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/schedules')
    await shown.button('New schedule').click()
    await page.locator('#name').fill('by the dashboard')
    await page.locator('#rule').fill('0 30 2 * * ?')
    await shown.choose(page.locator('#timeZone'), berlin, berlin)
    await page.waitForSelector('[data-preview="5"]')
    await page.locator('[data-words]', { hasText: 'At 02:30, every day.' }).waitFor()
    const around = page.locator('[data-around-change]')
    const change = new Date((await around.getAttribute('data-around-change')) ?? '')
    expect(change.getTime()).toBeGreaterThan(Date.now())
    const fires = around.locator('li span:first-child')
    await expect.poll(() => fires.count(), patient).toBe(4)
    const ofDay = (await fires.allTextContents()).filter((text) => text.includes(dateIn(change)))
    // In spring the clocks have no 02:30, and it fires at 03:00; in autumn they have two, and it fires at the first, in summer time.
    const isSpring = change.getUTCMonth() < 6
    expect(ofDay).toEqual([expect.stringMatching(isSpring ? /03:00:00/ : /02:30:00 (CEST|GMT\+2)/)])
    await shown.choose(page.locator('#agent'), '(127.0.0.1)', '127.0.0.1')
    await page.locator('#app').fill('apptest')
    await page.locator('#func').fill('helloword')
    await shown.button('Create').click()
    await page.waitForSelector('[data-schedule] [data-state="RUNNING"]')
    expect(shown.faults()).toEqual([])
  })

  test('the calendar has its days by its own clocks and by mine, and leads to it', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/schedules?view=calendar')
    const days = page.locator('[data-calendar-of]', { hasText: 'by the dashboard' }).locator('[data-day] time')
    await days.first().waitFor()
    // This browser shows UTC. Of seven days the first may be over.
    const mine = await days.allTextContents()
    expect(mine.length).toBeGreaterThanOrEqual(6)
    for (const time of mine) expect(time).toMatch(/^0[01]:30$/)
    await page.getByText('Each schedule’s zone').or(page.getByText("Each schedule's zone")).first().click()
    await expect.poll(async () => new Set(await days.allTextContents()).has('02:30'), patient).toBe(true)
    await shown.button('by the dashboard').click()
    await page.waitForSelector('[data-schedule]')
    expect(shown.faults()).toEqual([])
  })

  test('changes the rule, fires once, and deletes it, in Chinese too', async () => {
    const { shown } = dashboard()
    const { page } = shown
    const drawer = page.locator('.ant-drawer')
    await drawer.getByRole('button', { name: 'Change', exact: true }).click()
    await drawer.locator('#rule').fill('0 0 4 ? * MON-FRI')
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await page.locator('[data-schedule] [data-words]', { hasText: 'At 04:00, Monday to Friday.' }).waitFor()
    await drawer.getByRole('button', { name: 'Fire now', exact: true }).click()
    await shown.dialog().getByRole('button', { name: 'Fire now', exact: true }).last().click()
    await page.waitForSelector('[data-schedule] [data-state="FIRED"]')
    const address = `${new URL(page.url()).pathname}${new URL(page.url()).search}`
    await shown.go('/schedules')
    await shown.speak('zh')
    await shown.go(address)
    await page.locator('[data-schedule] [data-words]', { hasText: '周一至周五，04:00。' }).waitFor()
    await drawer.getByRole('button', { name: '删除', exact: true }).click()
    await shown.dialog().getByRole('button', { name: '删除', exact: true }).last().click()
    await page.waitForSelector('[data-schedule] [data-state="DELETED"]')
    await shown.go('/schedules')
    await shown.speak('en')
    expect(shown.faults()).toEqual([])
  })
}

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Browser, findChromium, startBrowser } from '../browser/chromium.ts'
import { enter } from '../browser/enter.ts'
import { addressOf, dashboardPages } from '../browser/pages.ts'
import { makeShownThings, type ShownThings } from '../browser/shown-things.ts'
import { accessibilityFaults, type WatchedPage, watchedPage } from '../browser/watched-page.ts'
import { sharedPlatform, type TestPlatform, testedShape } from '../support/platform.ts'

const chromium = await findChromium()

/** A browser on a machine that other tests use too takes longer than its usual moment. */
const patient = { timeout: 60_000 }

let platform: TestPlatform
let things: ShownThings
let browser: Browser
let watched: WatchedPage
let page: Page

const at = (path: string) => `${platform.ready().url}${path}`

test.skipIf(chromium.path !== null)(`the dashboard is not tested: ${chromium.why}`, (context) => context.skip(chromium.why))

// One shape is enough for the pages: what a cluster does differently is behind GraphQL, which other files test there.
describe.skipIf(chromium.path === null || testedShape !== 'standalone')('the dashboard in Chromium', () => {
  beforeAll(async () => {
    platform = await sharedPlatform()
    things = await makeShownThings(platform)
    browser = await startBrowser(chromium.path as string)
    watched = await watchedPage(browser.context, platform.ready().url)
    page = watched.page
    page.setDefaultTimeout(patient.timeout)
    await enter(page, platform)
  })

  afterAll(async () => {
    await browser?.close()
    await platform?.dispose()
  })

  beforeEach(() => watched.forget())

  test.each(['en', 'zh'])('every page in %s: no error, no request to another origin, nothing serious of axe', async (language) => {
    const accessibility: string[] = []
    for (const one of dashboardPages) {
      const theme = language === 'en' ? 'light' : 'dark'
      await page.goto(at(`${addressOf(one, things)}?lang=${language}&theme=${theme}`))
      await page.waitForSelector(`[data-page="${one.name}"]`)
      await page.waitForSelector('[data-connection="live"]')
      await page.waitForSelector('[aria-busy="true"]', { state: 'detached' })
      for (const fault of await accessibilityFaults(page)) accessibility.push(`${one.name}: ${fault}`)
    }
    expect(watched.faults()).toEqual([])
    expect(accessibility).toEqual([])
  })

  test('shows the parts of the platform and what flows between them, and makes a read model anew by clicking', async () => {
    await page.goto(at('/system?lang=en'))
    await page.waitForSelector('[data-part="flows"] .box.good')
    expect(await page.locator('[data-part="components"] [data-state="READY"]').count()).toBe(4)
    await page
      .getByRole('row', { name: /^join-tokens/ })
      .getByRole('button', { name: 'Make anew' })
      .click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make anew' }).click()
    await page.waitForSelector('[data-part="rebuilds"] [data-state="DONE"]')
    expect(await page.locator('[data-part="rebuilds"]').innerText()).toContain('join-tokens')
  })

  test('runs a first task by clicking, with who that is before, and its result after', async () => {
    await page.goto(at('/run?app=apptest&func=helloword&lang=en'))
    await page.getByText('Selector', { exact: true }).click()
    await page.getByPlaceholder('env=prod').or(page.locator('#selector')).first().fill('ip=127.0.0.1')
    await page.waitForSelector('[data-preview="1"]')
    await page.getByRole('button', { name: 'Run…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
    await page.waitForSelector('[data-ended="1"][data-all="1"]')
    await page.getByText('1 agents', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'apptest.helloword' }).first().click()
    await page.waitForSelector('[data-page="task"] [data-state="SUCCEEDED"]')
    await page.getByText('TaskSucceeded').first().waitFor()
    expect(watched.faults()).toEqual([])
  })

  test('a filter stands in the address, and what no longer matches is not shown', async () => {
    await page.goto(at('/tasks?state=REJECTED&app=not-installed&lang=en'))
    await page.waitForSelector('.ant-table-row [data-state="REJECTED"], .ant-table-tbody-virtual [data-state="REJECTED"]')
    expect(await page.locator('[data-page="tasks"] .ant-table [data-state="SUCCEEDED"]').count()).toBe(0)
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.waitForSelector('.ant-table [data-state="SUCCEEDED"]')
    expect(new URL(page.url()).search).not.toContain('state')
  })

  test('a lost connection is shown, comes back without a reload, and the list has what happened meanwhile, once', async () => {
    await page.goto(at('/tasks?app=not-installed&lang=en'))
    await page.waitForSelector('[data-connection="live"]')
    const rows = page.locator('.ant-table [data-state="REJECTED"]')
    await rows.first().waitFor()
    const before = await rows.count()
    await browser.context.setOffline(true)
    await page.waitForSelector('[data-connection="lost"]')
    const [agent] = platform.ready().agents
    const input = { agent: agent?.ip, app: 'not-installed', func: 'while-away' }
    await platform.graphql('mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } } }', { input })
    await browser.context.setOffline(false)
    await page.waitForSelector('[data-connection="live"]')
    await page.getByText('not-installed.while-away').first().waitFor()
    // It is rejected a moment after it is there.
    await expect.poll(() => rows.count(), patient).toBe(before + 1)
  })

  test('makes a schedule by clicking, whose rule is previewed, and deletes it', async () => {
    await page.goto(at('/schedules?lang=en'))
    await page.getByRole('button', { name: 'New schedule' }).click()
    await page.locator('#name').fill('by the dashboard')
    await page.waitForSelector('[data-preview="5"]')
    await page.locator('#agent').click()
    await page.locator('.ant-select-item-option').first().click()
    await page.locator('#app').fill('apptest')
    await page.locator('#func').fill('helloword')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.waitForSelector('[data-schedule]')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).last().click()
    await page.waitForSelector('[data-schedule] [data-state="DELETED"]')
    expect(watched.faults()).toEqual([])
  })

  test('a slider over the history shows everything as it was, and what changed meanwhile', async () => {
    const query = 'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 1) { nodes { recordedAt } } }'
    const { events } = await platform.graphql<{ events: { nodes: { recordedAt: string }[] } }>(query, { s: [`task-${things.task}`] })
    const requestedMs = Date.parse(events.nodes[0]?.recordedAt ?? '')
    const shown = (since: number, to: number) =>
      page.goto(at(`/audit?view=past&lang=en&since=${new Date(since).toISOString()}&at=${new Date(to).toISOString()}`))
    const task = page.locator(`[data-past] a[href="/tasks/${things.task}"]`)
    await shown(requestedMs - 2, requestedMs - 1)
    await page.waitForSelector('[data-past]')
    expect(await task.count()).toBe(0)
    await shown(requestedMs - 1, Date.now())
    await task.waitFor()
    await page.locator('[data-changes]').getByText(things.task).waitFor()
    await page.getByText('LOCAL').or(page.getByText('Nobody.')).first().waitFor()
    const before = new URL(page.url()).searchParams.get('at')
    await page.getByRole('slider', { name: 'As it was at' }).press('ArrowLeft')
    await expect.poll(() => new URL(page.url()).searchParams.get('at'), patient).not.toBe(before)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(watched.faults()).toEqual([])
  })

  test('an event is proved in the browser', async () => {
    await page.goto(at('/audit?lang=en'))
    await page.getByRole('link', { name: 'Open' }).first().click()
    await page.getByRole('button', { name: 'Prove that the log has it' }).click()
    await page.waitForSelector('[data-proof="true"]')
    expect(watched.faults()).toEqual([])
  })
})

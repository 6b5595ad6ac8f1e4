import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findChromium } from '../browser/chromium.ts'
import { type Dashboard, patient, startDashboard } from '../browser/dashboard.ts'
import { enter } from '../browser/enter.ts'
import { accessibilityFaults } from '../browser/watched-page.ts'
import { sharedPlatform, testedShape } from '../support/platform.ts'
import { auditFlows } from './dashboard/audit.ts'
import { everyPage } from './dashboard/every-page.ts'
import { grantFlows } from './dashboard/grants.ts'
import { overviewFlows } from './dashboard/overview.ts'
import { queueFlows } from './dashboard/queues.ts'
import { rolloutFlows } from './dashboard/rollouts.ts'
import { scheduleFlows } from './dashboard/schedules.ts'
import { systemFlows } from './dashboard/system.ts'
import { taskFlows } from './dashboard/tasks.ts'

const chromium = await findChromium()

test.skipIf(chromium.path !== null)(`the dashboard is not tested: ${chromium.why}`, (context) => context.skip(chromium.why))

// One shape is enough for the pages: what a cluster does differently is behind GraphQL, which other files test there. One platform and
// one browser are for all flows: a start of either takes longer than most of them.
describe.skipIf(chromium.path === null || testedShape !== 'standalone')('the dashboard in Chromium', () => {
  let started: Dashboard | null = null
  const dashboard = () => started as Dashboard

  beforeAll(async () => {
    started = await startDashboard(chromium.path as string)
  })

  afterAll(() => started?.close())

  beforeEach(() => started?.shown.forget())

  // A dialog that a flow has left open would keep the next ones from their pages.
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    await started?.shown.load('/?lang=en&theme=light')
    await started?.shown.speak('en')
  })

  test('who has not signed in sees how to, with no serious fault of axe', async () => {
    const { shown, context } = await dashboard().another()
    await shown.load('/tasks?lang=en')
    await shown.page.waitForSelector('[data-sign-in="password"]')
    expect(await accessibilityFaults(shown.page)).toEqual([])
    await context.close()
  })

  test('the link that a start in mode local shows lets a browser in', async () => {
    const platform = await sharedPlatform()
    const { context } = await dashboard().another()
    const page = await context.newPage()
    await enter(page, platform)
    await page.waitForSelector('[data-page="overview"]')
    await page.waitForSelector('[data-connection="live"]', patient)
    expect(page.url()).not.toContain('token')
    await context.close()
    await platform.dispose()
  })

  everyPage(dashboard)
  systemFlows(dashboard)
  taskFlows(dashboard)
  scheduleFlows(dashboard)
  queueFlows(dashboard)
  rolloutFlows(dashboard)
  overviewFlows(dashboard)
  auditFlows(dashboard)
  grantFlows(dashboard)
})

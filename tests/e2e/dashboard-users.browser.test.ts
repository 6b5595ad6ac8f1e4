import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Browser, findChromium, startBrowser } from '../browser/chromium.ts'
import { seeEveryPage } from '../browser/every-page.ts'
import { makeShownThings, type ShownThings } from '../browser/shown-things.ts'
import { changePasswordBy, signInBy } from '../browser/sign-in.ts'
import { accessibilityFaults, type WatchedPage, watchedPage } from '../browser/watched-page.ts'
import { askGraphql } from '../support/doors.ts'
import { peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'

const chromium = await findChromium()
/** A browser on a machine that other tests use too takes longer than its usual moment. */
const patient = { timeout: 60_000 }
const adminPassword = 'a first horse of staples'

const seen = ['Overview', 'Tasks', 'Queues', 'Schedules', 'Agents', 'Apps']
const withRun = ['Overview', 'Run a task', 'Tasks', 'Queues', 'Schedules', 'Agents', 'Apps']
const withApprovals = withRun.toSpliced(3, 0, 'Approvals')
/** What the navigation shows to each role that is always there, beside admin. */
const roles = [
  { role: 'operator', pages: [...withApprovals, 'System'], hidden: ['access', 'audit'], offered: ['APPROVE', 'RUN', 'SCHEDULE'] },
  { role: 'developer', pages: [...withRun, 'System'], hidden: ['access', 'approvals', 'audit'], offered: ['MANAGE_APPS', 'RUN'] },
  { role: 'auditor', pages: [...seen, 'Access', 'Audit', 'System'], hidden: ['approvals', 'run'], offered: [] },
]

let platform: TestPlatform
const { tokenOf } = peopleOf(() => platform)
let browser: Browser
let watched: WatchedPage
let page: Page
let things: ShownThings
/** First passwords by role. */
const passwords = new Map<string, string>()

const at = (path: string) => `${platform.ready().url}${path}`
const live = () => page.waitForSelector('[data-connection="live"]')
const dialog = () => page.getByRole('dialog')

/** Asks with a session of its own, beside the browser's. */
async function asAdmin<Data>(query: string, variables: object = {}): Promise<Data> {
  const { graphqlUrl } = platform.ready()
  return askGraphql<Data>({ graphqlUrl, token: await tokenOf('admin', adminPassword) }, query, variables)
}

async function signOut(): Promise<void> {
  await page.goto(at('/me?lang=en'))
  await page.getByRole('button', { name: 'Sign out' }).click()
  await dialog().getByRole('button', { name: 'Sign out' }).click()
  await page.waitForSelector('[data-sign-in="password"]')
}

/** Signs in somebody whose first password was made by another. */
async function signInFirst(name: string, password: string): Promise<void> {
  await signInBy(page, name, password)
  await changePasswordBy(page, password, 'the long word of nobody')
  await page.waitForSelector('[data-page="overview"]')
}

describe.skipIf(chromium.path === null || testedShape !== 'standalone')('the dashboard in mode users', () => {
  beforeAll(async () => {
    platform = await startPlatform({ env: { ELVES_AUTH: 'users' } })
    browser = await startBrowser(chromium.path as string)
    watched = await watchedPage(browser.context, platform.ready().url)
    page = watched.page
    page.setDefaultTimeout(patient.timeout)
  })

  afterAll(async () => {
    await browser?.close()
    await platform?.dispose()
  })

  beforeEach(() => watched.forget())

  test('the first admin signs in, must change the password, and is in', async () => {
    await page.goto(at('/?lang=en'))
    await page.waitForSelector('[data-sign-in="password"]')
    expect(await accessibilityFaults(page)).toEqual([])
    await signInBy(page, 'admin', 'not the password of anybody')
    await page.getByText('UNAUTHENTICATED').waitFor()
    await signInBy(page, 'admin', platform.ready().adminPassword ?? '')
    await changePasswordBy(page, platform.ready().adminPassword ?? '', adminPassword)
    await page.waitForSelector('[data-page="overview"]')
    await live()
    await page.getByRole('link', { name: 'admin' }).first().waitFor()
  })

  test('an access token of one’s own is made, shown once, and revoked', async () => {
    await page.goto(at('/me?lang=en'))
    await page.getByRole('button', { name: 'New token' }).click()
    await dialog().locator('#name').fill('night build')
    await dialog().getByRole('button', { name: 'Go on' }).click()
    const token = (await page.locator('[data-made] pre').first().textContent()) ?? ''
    const asked = { query: '{ viewer { user { name } } }' }
    const ask = async () => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
      return (await fetch(platform.ready().graphqlUrl, { method: 'POST', headers, body: JSON.stringify(asked) })).json()
    }
    expect(await ask()).toEqual({ data: { viewer: { user: { name: 'admin' } } } })
    await dialog().getByRole('button', { name: 'Close' }).last().click()
    await page.locator('[data-access-token]').getByRole('button', { name: 'Revoke' }).click()
    await dialog().getByRole('button', { name: 'Revoke' }).last().click()
    await page.getByText('revoked').waitFor()
    expect(JSON.stringify(await ask())).not.toContain('admin')
    expect(watched.faults()).toEqual([])
  })

  test('a second factor is set up, wanted at the next sign-in, and taken away', async () => {
    await page.goto(at('/me?lang=en'))
    await page.getByRole('button', { name: 'Set up' }).click()
    const secret = ((await page.getByRole('region', { name: 'Secret for an authenticator app' }).textContent()) ?? '').trim()
    await page.getByRole('button', { name: 'Show a code' }).click()
    await dialog().locator('#code').fill(new TOTP({ secret }).generate())
    await dialog().getByRole('button', { name: 'Go on' }).click()
    const recovery = ((await page.locator('[data-made] pre').first().textContent()) ?? '').trim().split('\n')
    expect(recovery.length).toBeGreaterThan(1)
    await dialog().getByRole('button', { name: 'Close' }).last().click()
    await page.waitForSelector('[data-second-factor="true"]')
    await signOut()
    await signInBy(page, 'admin', adminPassword)
    await page.locator('#otp').fill(recovery[0] ?? '')
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.waitForSelector('[data-page]')
    await page.goto(at('/me?lang=en'))
    await page.getByRole('button', { name: 'Take it away' }).click()
    await dialog()
      .locator('#code')
      .fill(recovery[1] ?? '')
    await dialog().getByRole('button', { name: 'Take it away' }).click()
    await page.waitForSelector('[data-second-factor="false"]')
  })

  test('the admin makes users by clicking, each with a first password that is shown once', async () => {
    things = await makeShownThings({ ready: platform.ready, graphql: asAdmin })
    await page.goto(at('/access?lang=en'))
    for (const { role } of roles) {
      await page.getByRole('button', { name: 'New user' }).click()
      await dialog().locator('#name').fill(`one-${role}`)
      await dialog().locator('#roles').click()
      await page.locator('.ant-select-item-option', { hasText: role }).click()
      await page.keyboard.press('Escape')
      await dialog().getByRole('button', { name: 'Go on' }).click()
      passwords.set(role, (await page.locator('[data-made] pre').first().textContent()) ?? '')
      await dialog().getByRole('button', { name: 'Close' }).last().click()
      await page.waitForSelector(`[data-user="one-${role}"]`)
    }
    expect(watched.faults()).toEqual([])
  })

  test('the admin sets a limit and a guard by clicking, and can not approve what he asks for himself', async () => {
    await page.goto(at('/access?lang=en'))
    await page.getByRole('button', { name: 'New limit' }).click()
    await dialog().locator('#openTasks').fill('500')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.waitForSelector('[data-limit="USER *"]')
    await page.getByRole('button', { name: 'New guard' }).click()
    await dialog().locator('#app').fill('apptest')
    await dialog().locator('#name').fill('drops')
    await dialog().locator('#pattern').fill('(?i)drop table')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.waitForSelector('[data-guard="apptest drops"]')
    const run =
      'mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword", param: "DROP TABLE a" }) { task { id } refusal { code } } }'
    await asAdmin(run)
    await page.goto(at('/approvals?lang=en'))
    await page.locator('[data-approval]').getByRole('button', { name: 'Approve' }).click()
    await dialog().getByRole('button', { name: 'Approve' }).click()
    await page.getByText('APPROVAL_OWN').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })

  async function everyPageIn(language: 'en' | 'zh', { offered, hidden }: (typeof roles)[number]): Promise<void> {
    await page.goto(at(`/?lang=${language}`))
    await live()
    // Whoever writes the address of a page that is not offered sees why it is empty.
    expect(await seeEveryPage(page, things)).toEqual({ accessibility: [], offered, notOffered: hidden })
    expect(watched.faults()).toEqual([])
    expect(watched.refused()).toEqual([])
  }

  describe.each(roles)('the role $role', (line) => {
    test('is offered what it may do and nothing else, on every page, and sees no error', async () => {
      const { role, pages } = line
      await signOut()
      watched.forget()
      await signInFirst(`one-${role}`, passwords.get(role) ?? '')
      watched.forget()
      await live()
      const links = page.getByRole('navigation').getByRole('link')
      await expect.poll(() => links.allTextContents(), patient).toEqual(pages)
      await everyPageIn('en', line)
    })

    test('in Chinese, too', () => everyPageIn('zh', line))
  })

  test('a second person approves what waits by clicking, with a reason, in Chinese too', async () => {
    await signOut()
    await signInBy(page, 'one-operator', 'the long word of nobody')
    await page.waitForSelector('[data-page]')
    watched.forget()
    await page.goto(at('/approvals?lang=zh'))
    await page.locator('[data-approval]').getByRole('button', { name: '批准' }).click()
    await dialog().getByRole('textbox').fill('有备份')
    await dialog().getByRole('button', { name: '批准' }).click()
    await page.waitForSelector('[data-approval]', { state: 'detached' })
    const approved = '{ events(filter: { types: ["TaskApproved"] }) { nodes { actor { name } data } } }'
    const seen = async () => (await asAdmin<{ events: { nodes: unknown[] } }>(approved)).events.nodes
    await expect.poll(seen, patient).toMatchObject([{ actor: { name: 'one-operator' }, data: { reason: '有备份' } }])
    expect(watched.faults()).toEqual([])
    await signOut()
    await signInBy(page, 'one-auditor', 'the long word of nobody')
    await page.waitForSelector('[data-page]')
  })

  test('a user who is disabled is signed out of the open page at once', async () => {
    await page.goto(at('/tasks?lang=en'))
    await live()
    const { users } = await asAdmin<{ users: { nodes: { id: string }[] } }>('{ users(filter: { names: ["one-auditor"] }) { nodes { id } } }')
    await asAdmin('mutation ($input: DisableUserInput!) { disableUser(input: $input) { refusal { code } } }', { input: { user: users.nodes[0]?.id } })
    await page.waitForSelector('[data-sign-in="password"]')
  })
})

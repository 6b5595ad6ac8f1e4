import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import type { BrowserContext, Locator } from 'playwright-core'
import { askGraphql } from '../support/doors.ts'
import { type People, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { type Browser, startBrowser } from './chromium.ts'
import { goTo } from './go-to.ts'
import { makeShownThings, type ShownThings } from './shown-things.ts'
import { changePasswordBy, signInBy } from './sign-in.ts'
import { type WatchedPage, watchedPage } from './watched-page.ts'

/** A browser on a machine that other tests use too takes longer than its usual moment. */
export const patient = { timeout: 60_000 }
export const adminPassword = 'a first horse of staples'
/** Simulated agents beside the real one: they answer any app. */
const simulated = 9
/** The only version that simulated agents can not install. */
export const brokenVersion = '3.0.0'

/** A platform in mode `users` with ten agents, and the pages that the tests of the dashboard share. */
export interface Dashboard {
  readonly platform: TestPlatform
  readonly people: People
  /** Whose page it is says the test before: the files go on where the one before has ended. */
  readonly shown: ShownPage
  things(): ShownThings
  /** Asks as the admin, with a session beside the browser's. */
  asAdmin<Data>(query: string, variables?: object): Promise<Data>
  /** A page of somebody else, who has not signed in. */
  another(): Promise<{ readonly shown: ShownPage; readonly context: BrowserContext }>
  close(): Promise<void>
}

/** A page of the dashboard in a browser. */
export interface ShownPage extends WatchedPage {
  readonly context: BrowserContext
  /** Loads the page anew at an address. */
  load(path: string): Promise<void>
  /** Shows an address as a link to it would, without loading the page anew. */
  go(path: string): Promise<void>
  live(): Promise<void>
  /** Waits until nothing is loading. */
  settled(): Promise<void>
  dialog(): Locator
  button(name: string): Locator
  /** Chooses in a select. `typed`: where the list is long. */
  choose(field: Locator, option: string, typed?: string): Promise<void>
  /** Chooses the language by the button of the header. */
  speak(language: 'en' | 'zh'): Promise<void>
  signOut(): Promise<void>
}

export async function startDashboard(chromium: string): Promise<Dashboard> {
  const folder = await mkdtemp(join(tmpdir(), 'elves-dashboard-'))
  const platform = await startPlatform({ env: { ELVES_AUTH: 'users' } })
  const people = peopleOf(() => platform)
  let browser: Browser | null = null
  let fleet: Swarm | null = null
  const close = async () => {
    await browser?.close()
    await fleet?.stop()
    await platform.dispose()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    browser = await startBrowser(chromium)
    fleet = swarm({ url: platform.ready().gatewayUrl, agents: simulated, seed: 7, apps: { folder, failRate: 1, failEnding: brokenVersion } })
    await fleet.ready
    const first = browser
    const origin = platform.ready().url
    const shown = await shownPage(first.context, origin)
    await firstSignIn(shown, platform)
    const token = await people.tokenOf('admin', adminPassword)
    const { graphqlUrl } = platform.ready()
    const asAdmin = <Data>(query: string, variables: object = {}) => askGraphql<Data>({ graphqlUrl, token }, query, variables)
    const things = await makeShownThings({ ready: platform.ready, graphql: asAdmin })
    const another = async () => {
      const context = await first.another()
      return { shown: await shownPage(context, origin), context }
    }
    return { platform, people, shown, things: () => things, asAdmin, another, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The first admin must change the password that the start has told. */
async function firstSignIn({ page, load, live }: ShownPage, platform: TestPlatform): Promise<void> {
  await load('/?lang=en&theme=light')
  await signInBy(page, 'admin', 'not the password of anybody')
  await page.getByText('UNAUTHENTICATED').waitFor()
  await signInBy(page, 'admin', platform.ready().adminPassword ?? '')
  await changePasswordBy(page, platform.ready().adminPassword ?? '', adminPassword)
  await page.waitForSelector('[data-page="overview"]')
  await live()
}

async function shownPage(context: BrowserContext, origin: string): Promise<ShownPage> {
  const watched = await watchedPage(context, origin)
  const { page } = watched
  page.setDefaultTimeout(patient.timeout)
  const shown: ShownPage = {
    ...watched,
    context,
    load: async (path) => {
      await page.goto(`${origin}${path}`)
    },
    go: (path) => goTo(page, path),
    live: async () => {
      await page.waitForSelector('[data-connection="live"]')
    },
    settled: async () => {
      await page.waitForSelector('[aria-busy="true"]', { state: 'detached' })
    },
    dialog: () => page.getByRole('dialog'),
    button: (name) => page.getByRole('button', { name, exact: true }),
    async choose(field, option, typed) {
      await field.click()
      if (typed !== undefined) await field.fill(typed)
      await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: option }).first().click()
    },
    async speak(language) {
      const other = page.locator('.head').getByRole('button', { name: language === 'zh' ? '中文' : 'English' })
      if ((await other.count()) > 0) await other.click()
      await page.waitForSelector(`html[lang="${language === 'zh' ? 'zh-CN' : 'en'}"]`)
    },
    async signOut() {
      await shown.go('/me')
      await shown.button('Sign out').click()
      await shown.dialog().getByRole('button', { name: 'Sign out' }).click()
      await page.waitForSelector('[data-sign-in="password"]')
    },
  }
  return shown
}

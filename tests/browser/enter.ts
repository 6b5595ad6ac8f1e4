import type { Page } from 'playwright-core'
import type { TestPlatform } from '../support/platform.ts'

/** Lets the browser in, by the link of the start message. */
export async function enter(page: Page, platform: TestPlatform): Promise<void> {
  const { url, token } = platform.ready()
  await page.goto(`${url}/?token=${token}`)
}

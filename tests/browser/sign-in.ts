import type { Page } from 'playwright-core'

/** Signs in by name and password at the page that is open. */
export async function signInBy(page: Page, name: string, password: string): Promise<void> {
  await page.waitForSelector('[data-sign-in="password"]')
  await page.locator('#name').fill(name)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: 'Enter' }).click()
}

/** Changes a password that somebody else knows, which the page wants first. */
export async function changePasswordBy(page: Page, oldPassword: string, newPassword: string): Promise<void> {
  await page.waitForSelector('[data-change-password]')
  await page.locator('#oldPassword').fill(oldPassword)
  await page.locator('#newPassword').fill(newPassword)
  await page.locator('#again').fill(newPassword)
  await page.getByRole('button', { name: 'Change the password' }).click()
}

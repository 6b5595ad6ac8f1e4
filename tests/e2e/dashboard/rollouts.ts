import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { brokenVersion, type Dashboard } from '../../browser/dashboard.ts'
import { appPackage } from '../../support/app-package.ts'

const app = 'staged'
/** What no compression makes smaller, so that the upload has a progress. */
const ballastBytes = 3_000_000

async function packageOf(version: string): Promise<Buffer> {
  const worker = `print("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>${version}</ElvesWResult>")\n`
  return appPackage({ 'app-worker.py': worker, 'ballast.txt': randomBytes(ballastBytes).toString('base64') })
}

/** A release in stages: one that ends, one that stops where too many agents fail, one that a person takes back. */
export function rolloutFlows(dashboard: () => Dashboard): void {
  const card = () => dashboard().shown.page.locator(`[data-app="${app}"]`)
  const row = (version: string) => card().getByRole('row', { name: new RegExp(`^${version.replaceAll('.', '\\.')}`) })
  const rollout = (state: string) => card().locator(`[data-rollout="${state}"]`)

  async function fillUpload(version: string): Promise<void> {
    const { shown } = dashboard()
    await card().getByRole('button', { name: 'Upload a version' }).click()
    await shown.dialog().locator(`#version-${app}`).fill(version)
    await shown
      .dialog()
      .locator(`#package-${app}`)
      .setInputFiles({ name: `${app}.zip`, mimeType: 'application/zip', buffer: await packageOf(version) })
    await shown.dialog().getByRole('button', { name: 'Upload a version' }).click()
  }

  async function upload(version: string): Promise<void> {
    await fillUpload(version)
    await row(version).waitFor()
    await dashboard().shown.dialog().waitFor({ state: 'hidden' })
  }

  interface Stages {
    readonly batches: string
    readonly maxFailed: string
    readonly isConfirmed?: boolean
  }

  async function release(version: string, { batches, maxFailed, isConfirmed = false }: Stages): Promise<void> {
    const { shown } = dashboard()
    await row(version).getByRole('button', { name: 'Release' }).click()
    await shown.dialog().locator('#batches').fill(batches)
    await shown.dialog().locator('#pauseS').fill('0')
    await shown.dialog().locator('#maxFailed').fill(maxFailed)
    if (isConfirmed) await shown.dialog().getByRole('switch').click()
    await shown.dialog().getByRole('button', { name: 'Release' }).click()
    await shown.dialog().waitFor({ state: 'hidden' })
  }

  test('a package is uploaded with its progress, and released to all agents', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/apps')
    await shown.button('New app').click()
    await shown.dialog().locator('#name').fill(app)
    await shown.dialog().getByRole('button', { name: 'Create' }).click()
    await card().waitFor()
    await card().getByRole('button', { name: 'Bind to all agents' }).click()
    await shown.dialog().getByRole('button', { name: 'Bind to all agents' }).click()
    await card().getByText('all', { exact: true }).waitFor()
    // They are there for a moment only: the page notes each share of the upload that it shows, and the link to its event.
    await page.evaluate(`globalThis.sharesShown = new Set()
      globalThis.linksShown = new Set()
      globalThis.sharesObserver = new MutationObserver(() => {
        for (const bar of document.querySelectorAll('[role="progressbar"]')) sharesShown.add(bar.getAttribute('aria-valuenow'))
        for (const link of document.querySelectorAll('a[href^="/audit?position="]')) {
          if (link.parentElement.textContent.startsWith('Upload a version')) linksShown.add(link.href)
        }
      })
      sharesObserver.observe(document.body, { subtree: true, childList: true, attributes: true })`)
    await upload('1.0.0')
    expect(await page.evaluate('sharesObserver.disconnect(); sharesShown.size')).toBeGreaterThan(0)
    expect(await page.evaluate('linksShown.size')).toBe(1)
    expect(shown.faults()).toEqual([])
    // Other bytes of the same version are refused, and it is said why.
    await fillUpload('1.0.0')
    await page.getByText('APP_VERSION_EXISTS').waitFor()
    await shown.dialog().getByRole('button', { name: 'Back' }).click()
    await shown.dialog().waitFor({ state: 'hidden' })
    shown.forget()
    await release('1.0.0', { batches: '10%, 100%', maxFailed: '0' })
    await rollout('DONE').getByText('0 failed').waitFor()
    expect(shown.faults()).toEqual([])
  })

  test('a release in stages stops where more agents fail than may, and goes back by itself', async () => {
    const { shown } = dashboard()
    await upload(brokenVersion)
    // Nine of the ten can not install it: the first two are borne, the next ones are too many, and the last five never get it.
    await release(brokenVersion, { batches: '2, 5, 100%', maxFailed: '3' })
    const stopped = rollout('ROLLED_BACK')
    await stopped.getByText(`1.0.0 → ${brokenVersion}, batch 2 of 3`).waitFor()
    await stopped
      .getByText(/failed/)
      .first()
      .waitFor()
    // The version before is the released one still.
    await card().locator('.ant-card-head').getByText('1.0.0', { exact: true }).waitFor()
    expect(shown.faults()).toEqual([])
  })

  test('a release that waits for a word after its first batch is taken back by clicking', async () => {
    const { shown } = dashboard()
    await upload('2.0.0')
    await release('2.0.0', { batches: '1, 100%', maxFailed: '0', isConfirmed: true })
    await rollout('CONFIRMING').getByText('1 installed').waitFor()
    await rollout('CONFIRMING').getByRole('button', { name: 'Roll back' }).click()
    await shown.dialog().getByText('All agents get 1.0.0 again.').waitFor()
    await shown.dialog().getByRole('button', { name: 'Roll back' }).click()
    await rollout('ROLLED_BACK').getByText('1.0.0 → 2.0.0, batch 1 of 2').waitFor()
    await card().locator('.ant-card-head').getByText('1.0.0', { exact: true }).waitFor()
    expect(shown.faults()).toEqual([])
  })
}

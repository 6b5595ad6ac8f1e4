import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { findChromium, startBrowser } from '../browser/chromium.ts'
import { enter } from '../browser/enter.ts'
import { addressOf, dashboardPages, dashboardViews } from '../browser/pages.ts'
import { makeShownThings } from '../browser/shown-things.ts'
import { startPlatform } from '../support/platform.ts'

/** Pictures of every page, in both languages and themes, for a person to look at. */
const [width, usualHeight, headHeight] = [1360, 850, 48]
const { out } = commandLine('npm run screenshots --', 'Makes a picture of every page of the dashboard in both languages and themes.')
  .option('--out <folder>', 'where to', join(import.meta.dirname, '..', '..', 'screenshots'))
  .parse()
  .opts<{ out: string }>()
const { path, why } = await findChromium()
if (path === null) throw new Error(why)
await mkdir(out, { recursive: true })
await using stack = new AsyncDisposableStack()
const platform = stack.adopt(await startPlatform({ shape: 'standalone' }), (started) => started.dispose())
const things = await makeShownThings(platform)
const browser = stack.adopt(await startBrowser(path), (started) => started.close())
const page = await browser.context.newPage()
await enter(page, platform)
const shown = [
  ...dashboardPages.map((one) => ({ name: one.name, picture: one.name as string, address: addressOf(one, things) })),
  ...dashboardViews.map(({ name, view, path: address }) => ({ name, picture: `${name}-${view}`, address })),
]
for (const language of ['en', 'zh']) {
  for (const theme of ['light', 'dark']) {
    for (const { name, picture, address } of shown) {
      await page.goto(`${platform.ready().url}${address}${address.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`)
      await page.waitForSelector(`[data-page="${name}"]`)
      await page.waitForLoadState('networkidle')
      // All of the page, which scrolls in itself.
      const height = await page.evaluate<number>(`document.querySelector('main').scrollHeight`)
      await page.setViewportSize({ width, height: Math.max(usualHeight, height + headHeight) })
      await page.screenshot({ path: join(out, `${picture}-${language}-${theme}.png`) })
      await page.setViewportSize({ width, height: usualHeight })
    }
  }
}
process.stdout.write(`${shown.length * 4} pictures in ${out}\n`)

import { type Figure, figure } from '@elves/bench/figure.ts'
import type { Browser } from '../browser/chromium.ts'
import type { Showing } from './showing.ts'

/** The overview in a browser without a past, from its address to what it shows; and what the network carried for it. */
export async function firstLoads(browser: Browser, { door, runs, progress }: Showing): Promise<Figure[]> {
  const [painted, shown, carried]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < runs; run++) {
    progress(`first load ${run + 1} of ${runs}`)
    const context = await browser.another()
    const page = await context.newPage()
    // The link signs the browser in and goes on to the page; what is measured is the page.
    await page.request.get(`${door.url}/?token=${door.token}`)
    const network = await context.newCDPSession(page)
    await network.send('Network.enable')
    let bytes = 0
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await page.goto(`${door.url}/?lang=en&theme=light`)
    await page.waitForSelector('[data-page="overview"] .counts a[href^="/agents?state"] b')
    await page.waitForFunction(`performance.getEntriesByName('first-contentful-paint').length > 0`)
    painted.push(await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`))
    shown.push(await page.evaluate<number>('performance.now()'))
    await page.waitForLoadState('networkidle')
    carried.push(bytes / 1000)
    await context.close()
  }
  return [
    figure('first-contentful-paint', 'ms', painted, []),
    figure('first-overview-shown', 'ms', shown, []),
    figure('first-load-bytes', 'KB', carried, []),
  ]
}

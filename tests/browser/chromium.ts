import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { type BrowserContext, chromium } from 'playwright-core'

const run = promisify(execFile)
/** A mirror that does not answer keeps nobody waiting for longer. */
const installLimitMs = 5 * 60_000
const places = [process.env['ELVES_TEST_CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser asks nothing of the network but the pages of the test. */
const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none'],
]

export interface FoundChromium {
  /** Null where there is none. */
  readonly path: string | null
  /** Why there is none. */
  readonly why: string
}

/** Finds Debian's Chromium, and installs it where it is not there and this process may: as root, with apt-get. */
export async function findChromium(): Promise<FoundChromium> {
  const there = () => places.find((path) => path !== '' && existsSync(path)) ?? null
  if (there() !== null) return { path: there(), why: '' }
  if (process.getuid?.() !== 0) return { path: null, why: 'there is no Chromium, and only root can install it: apt-get install chromium' }
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env, timeout: installLimitMs })
    const options = { env, timeout: installLimitMs, maxBuffer: 64 * 1024 * 1024 }
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], options)
  } catch (error) {
    return { path: null, why: `there is no Chromium, and apt-get did not install it: ${(error as Error).message.slice(0, 500)}` }
  }
  return { path: there(), why: 'apt-get installed chromium, but it is at none of the usual places' }
}

export interface Browser {
  readonly context: BrowserContext
  /** Somebody else's: it shares nothing with the other ones. */
  another(): Promise<BrowserContext>
  close(): Promise<void>
}

/** Starts a browser without a past. Its clock shows UTC. */
export async function startBrowser(executablePath: string): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, headless: true, args: flags })
  const another = () => browser.newContext({ viewport: { width: 1360, height: 850 }, timezoneId: 'UTC' })
  return { context: await another(), another, close: () => browser.close() }
}

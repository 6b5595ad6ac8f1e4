import { findChromium } from './chromium.ts'

/** Installs Chromium before the files look for it, because two installations at once refuse each other. */
export async function setup(): Promise<void> {
  await findChromium()
}

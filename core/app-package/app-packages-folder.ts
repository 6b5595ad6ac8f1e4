import { resolve } from 'node:path'
import type { Settings } from '../foundation/settings.ts'

/** Returns the folder of the packages of apps: the one that is set, else `app-packages` in the data folder. */
export function appPackagesFolder({
  ELVES_APP_PACKAGES_DIR: given,
  ELVES_DATA_DIR: dataDir,
}: Pick<Settings, 'ELVES_APP_PACKAGES_DIR' | 'ELVES_DATA_DIR'>): string {
  return given === '' ? resolve(dataDir, 'app-packages') : resolve(given)
}

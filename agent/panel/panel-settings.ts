import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { replaceFile } from '../journal/journal-disk.ts'

export interface PanelSettings {
  readonly host: string
  readonly port: number
  readonly isDeveloping: boolean
  /** Empty: made, and kept in the data folder. */
  readonly password: string
  readonly authId: string
  readonly authKey: string
}

type Given = Pick<
  Settings,
  'ELVES_AGENT_PANEL' | 'ELVES_AGENT_PANEL_PASSWORD' | 'ELVES_AGENT_DEVELOPER_MODE' | 'ELVES_AGENT_DEVELOPER_ID' | 'ELVES_AGENT_DEVELOPER_KEY'
>

export const panelPort = 19_880

/** Returns where the panel listens; null: it does not. Developer mode opens it for this host alone. Throws CONFIG_INVALID. */
export function panelSettings(settings: Given): PanelSettings | null {
  const isDeveloping = settings.ELVES_AGENT_DEVELOPER_MODE
  const where = settings.ELVES_AGENT_PANEL || (isDeveloping ? `127.0.0.1:${panelPort}` : '')
  if (where === '') return null
  const { host, port } = addressOf(where)
  return {
    host,
    port,
    isDeveloping,
    password: settings.ELVES_AGENT_PANEL_PASSWORD,
    authId: settings.ELVES_AGENT_DEVELOPER_ID,
    authKey: settings.ELVES_AGENT_DEVELOPER_KEY,
  }
}

/** `on`, a port, or an address with a port. */
function addressOf(text: string): { readonly host: string; readonly port: number } {
  if (text.toLowerCase() === 'on') return { host: '127.0.0.1', port: panelPort }
  const [, host = '127.0.0.1', port = ''] = /^(?:(\[[0-9a-fA-F:.]+\]|[^:\s]+):)?(\d{1,5})$/.exec(text) ?? []
  if (port === '' || Number(port) > 65_535) {
    throw new ElvesError('CONFIG_INVALID', `ELVES_AGENT_PANEL=${text}: expected on, a port or address:port`, { facts: { name: 'ELVES_AGENT_PANEL' } })
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/** What somebody needs who uses the panel. */
export interface PanelCredentials {
  readonly user: string
  readonly password: string
  readonly authId: string
  readonly authKey: string
}

const panelFile = 'panel.json'

/** Takes what is set, and makes the rest once; `panel.json` of the data folder, for its owner alone, says what it is and where the panel is. */
export async function panelCredentials(dataDir: string, settings: PanelSettings): Promise<PanelCredentials> {
  const kept = await readFile(join(dataDir, panelFile), 'utf8').then(
    (text) => JSON.parse(text) as Partial<PanelCredentials>,
    () => ({}) as Partial<PanelCredentials>,
  )
  const made = () => randomBytes(18).toString('base64url')
  return {
    user: 'elves',
    password: settings.password || kept.password || made(),
    authId: settings.authId || kept.authId || made().slice(0, 8),
    authKey: settings.authKey || kept.authKey || made(),
  }
}

export async function tellPanel(dataDir: string, url: string, credentials: PanelCredentials): Promise<void> {
  await replaceFile(join(dataDir, panelFile), [Buffer.from(`${JSON.stringify({ url, ...credentials }, null, 2)}\n`)])
}

import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ElvesError } from '../foundation/errors.ts'
import type { SettingName, Settings } from '../foundation/settings.ts'

/** A certificate and its private key, PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

type FileSetting = Extract<SettingName, `${string}_CERT_FILE` | `${string}_KEY_FILE`>

/** Reads a certificate and its key from the files that two settings name. Throws CONFIG_INVALID where they are none. */
export function certificateFiles(settings: Settings, certSetting: FileSetting, keySetting: FileSetting): Certificate {
  const [cert, key] = [pem(settings, certSetting), pem(settings, keySetting)]
  try {
    createSecureContext({ cert, key })
    return { cert, key }
  } catch (cause) {
    const named = `${certSetting}=${settings[certSetting]} and ${keySetting}=${settings[keySetting]}`
    const message = `${named} are no certificate and its key: ${(cause as Error).message}`
    throw new ElvesError('CONFIG_INVALID', message, { cause, facts: { name: certSetting } })
  }
}

function pem(settings: Settings, name: FileSetting): string {
  try {
    return readFileSync(settings[name], 'utf8')
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', `${name}=${settings[name]}: ${(cause as Error).message}`, { cause, facts: { name } })
  }
}

import { sharedValue } from '../shared-value.ts'
import { type Language, languages } from './language.ts'

export type Theme = 'light' | 'dark'
export interface Preferences {
  readonly language: Language
  readonly theme: Theme
}

const key = 'elves.preferences'
const current = sharedValue(read())

/** `?lang=` and `?theme=` win over what was chosen before, which wins over what the browser prefers. */
function read(): Preferences {
  const asked = new URLSearchParams(location.search)
  const kept = stored()
  const preferred: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
  const ofSystem: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  return {
    language: languages.find((name) => name === asked.get('lang')) ?? kept.language ?? preferred,
    theme: (['light', 'dark'] as const).find((name) => name === asked.get('theme')) ?? kept.theme ?? ofSystem,
  }
}

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>
  } catch {
    return {}
  }
}

export const preferences = current.get

export function prefer(change: Partial<Preferences>): void {
  const next = { ...current.get(), ...change }
  localStorage.setItem(key, JSON.stringify(next))
  current.set(next)
}

export const usePreferences = current.use

/** The language of the page, as GraphQL names it. */
export function useApiLanguage(): 'EN' | 'ZH' {
  return current.use().language === 'zh' ? 'ZH' : 'EN'
}

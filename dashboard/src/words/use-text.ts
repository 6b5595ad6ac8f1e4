import { createInstance } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { en } from './en.ts'
import type { Language } from './language.ts'

export type TextKey = keyof typeof en
export type Texts = { readonly [Key in TextKey]: string }
export type Text = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

export const i18n = createInstance()

const load: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
}

/** Only the words of the language that is shown are loaded. */
export async function speak(language: Language): Promise<void> {
  const texts = await load[language]()
  if (!i18n.isInitialized) {
    const { initReactI18next } = await import('react-i18next')
    await i18n
      .use(initReactI18next)
      .init({ lng: language, resources: {}, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false } })
  }
  i18n.addResourceBundle(language, 'translation', texts, true, true)
  await i18n.changeLanguage(language)
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

/** Returns the words of the first of these keys that there are words for; else what is given. For names that come from the platform. */
export function wordOf(keys: readonly string[], otherwise: string): string {
  const known = keys.find((key) => i18n.exists(key))
  return known === undefined ? otherwise : i18n.t(known)
}

/** The words of the page's language; a key that is in no dictionary does not compile. */
export function useText(): Text {
  const { t } = useTranslation('translation', { i18n })
  return useCallback((key, values) => t(key, values ?? {}), [t])
}

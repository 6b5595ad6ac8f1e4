import type { SettingType } from './setting-type.ts'

export interface Setting<T> {
  readonly type: SettingType<T>
  readonly fallback: T
  readonly meaning: string
}

/** Describes a setting: what it may be, what it is where it is not set, and what it is for. */
export function setting<T>(type: SettingType<T>, fallback: NoInfer<T>, meaning: string): Setting<T> {
  return { type, fallback, meaning }
}

import type { Language } from '../../../words/language.ts'
import { chineseRule } from './chinese-rule.ts'
import { englishRule } from './english-rule.ts'
import { ruleParts } from './rule-parts.ts'

/** Says a Quartz rule in words; null where it is no rule, or one that only its own text says. */
export function ruleInWords(rule: string, language: Language): string | null {
  const parts = ruleParts(rule)
  if (parts === null) return null
  return language === 'zh' ? chineseRule(parts) : englishRule(parts)
}

/** Whether the hours of a rule are fixed: it then fires once for each time of the clocks, else it follows real time. */
export function hasFixedHours(rule: string): boolean {
  return !/[*/]/.test(rule.trim().split(/\s+/)[2] ?? '*')
}

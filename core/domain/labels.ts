import { labelLimits } from '@elves/schemas/link/protocol.ts'
import { type Rejection, rejection } from './decision.ts'
import { checkText, hasControlCharacters } from './task/request.ts'

export type Labels = Readonly<Record<string, string>>

const namePattern = /^[^\s,=!()]+$/u

/** Returns why these labels can not be given to an agent, or null. */
export function checkLabels(labels: Labels): Rejection | null {
  const entries = Object.entries(labels)
  const { labels: most, nameLength, valueLength } = labelLimits
  if (entries.length > most) return invalid(`more than ${most} labels`)
  for (const [name, value] of entries) {
    if (name.length > nameLength || !namePattern.test(name) || name === '__proto__') {
      return invalid(`a label's name has 1 to ${nameLength} characters, none of them a space or one of , = ! ( )`)
    }
    if (value.length > valueLength || hasControlCharacters(value))
      return invalid(`a label's value has at most ${valueLength} characters, on one line`)
    const text = checkText('labels', name) ?? checkText('labels', value)
    if (text) return text
  }
  return null
}

function invalid(message: string): Rejection {
  return rejection('LABELS_INVALID', message, 'labels')
}

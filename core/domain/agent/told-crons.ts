import { callLimits, cronIdLength, ownCronLimits } from '@elves/schemas/link/protocol.ts'
import { isStorable } from '../../foundation/text.ts'
import { type Rejection, rejection } from '../decision.ts'
import { timeZone } from '../schedule-rule/time-zone.ts'
import type { AgentCrons } from './agent.ts'

/** Refuses what no reader of a cron.json makes: CRONS_INVALID, TIME_ZONE_UNKNOWN. Entries that are broken may have the same id: theirs is cut. */
export function checkCrons(told: AgentCrons): Rejection | null {
  const { crons, fileError } = told
  const zone = timeZone(told.timeZone)
  if ('rejected' in zone) return zone
  if (crons.length > ownCronLimits.entries) return invalid(`${crons.length} crons are told, at most ${ownCronLimits.entries} are allowed`)
  if (!isText(fileError ?? '', ownCronLimits.textLength)) return invalid('the error of the file is no text that an agent tells')
  const ids = new Set<string>()
  for (const { id, comment, app, func, rule, error } of crons) {
    const isShort =
      isText(id, cronIdLength) &&
      isText(app, callLimits.appLength) &&
      isText(func, callLimits.funcLength) &&
      [comment, rule, error ?? ''].every((text) => isText(text, ownCronLimits.textLength))
    if (!isShort) return invalid('a text of a cron is too long, or has a character that it can not have')
    if (error !== null) continue
    if (id === '' || ids.has(id)) return invalid('two crons have the same id, or one has none')
    ids.add(id)
  }
  return null
}

function isText(text: string, length: number): boolean {
  return text.length <= length && isStorable(text)
}

function invalid(message: string): Rejection {
  return rejection('CRONS_INVALID', message)
}

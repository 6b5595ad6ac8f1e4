import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import type { Rejection } from '@elves/core/domain/decision.ts'
import type { RefusalCode } from '@elves/core/foundation/codes.ts'
import { cutText } from '@elves/core/foundation/text.ts'

export function refused(code: RefusalCode, message: string, field: string | null): TaskAnswer {
  return { taskId: null, events: [], position: null, refusal: { code, message, field } }
}

export function refusalOf({ rejected, message, field }: Rejection): TaskAnswer {
  return refused(rejected, message, field ?? null)
}

export function agentUnknown(agent: string): TaskAnswer {
  return refused('AGENT_UNKNOWN', `no agent has the id or ip ${cutText(agent, 64)}`, 'agent')
}

export function agentOffline(agent: string): TaskAnswer {
  return refused('AGENT_OFFLINE', `agent ${cutText(agent, 64)} is not connected`, 'agent')
}

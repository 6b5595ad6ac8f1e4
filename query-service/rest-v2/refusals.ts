import type { Refusal } from '@elves/core/command-api/command.ts'
import { type RestErrorCode, type RestRefusal, restRefusal } from './answers.ts'

/** A refusal of the platform as REST v2 says it: the one place where the two lists of codes meet. */
export function restRefusalOf({ code, message }: Refusal): RestRefusal {
  switch (code) {
    case 'APP_INVALID':
      return restRefusal('403.3')
    case 'FUNC_INVALID':
      return restRefusal('403.7')
    case 'PARAM_INVALID':
    case 'PARAM_TOO_DEEP':
    case 'PARAM_TOO_LARGE':
      return restRefusal('403.2')
    case 'TIMEOUT_INVALID':
      return restRefusal('403.8')
    case 'PROCESSOR_UNSUPPORTED':
      return restRefusal('403.4', message)
    case 'AGENT_UNKNOWN':
    case 'AGENT_OFFLINE':
      return restRefusal('410.1')
    case 'AGENT_CONNECTED':
    case 'AGENT_DUPLICATE':
    case 'AGENT_ID_INVALID':
    case 'AGENT_IP_INVALID':
    case 'AGENT_IP_TAKEN':
    case 'IDEMPOTENCY_KEY_INVALID':
    case 'IDEMPOTENCY_KEY_REUSED':
    case 'JOIN_TOKEN_INVALID':
    case 'LINK_SESSION_UNKNOWN':
    case 'PROTOCOL_VERSION_UNSUPPORTED':
    case 'PROXY_INVALID':
    case 'REASON_TOO_LONG':
    case 'TASK_ENDED':
    case 'TASK_UNKNOWN':
    case 'TEXT_INVALID':
      return restRefusal('410.1', message)
  }
}

const codesOfParameters: { readonly [name: string]: RestErrorCode } = {
  auth_id: '401.2',
  sign_type: '401.3',
  timestamp: '401.8',
  ip: '403.1',
  param: '403.2',
  app: '403.3',
  mode: '403.4',
  func: '403.7',
  timeout: '403.8',
}

/** A parameter that is not UTF-8: its own code where the contract has one, else the signature's, which is over UTF-8. */
export function notUtf8(name: string): RestRefusal {
  return restRefusal((Object.hasOwn(codesOfParameters, name) && codesOfParameters[name]) || '401.5', 'ENCODING_INVALID, the value is not UTF-8')
}

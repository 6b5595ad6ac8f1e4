/**
 * Codes and texts of REST v2, as in docs/contracts/rest-v2.md. They are wire facts of Elves 0.1.x.
 * core/foundation/codes.ts says which refusal has which code.
 */
export const restErrors = {
  '401.1': 'Unauthorized Missing Sign Param',
  '401.2': 'Unauthorized AuthId Is Illegal',
  '401.3': 'Unauthorized SignType Is Illegal',
  '401.4': 'Unauthorized Sign Length Is Illegal',
  '401.5': 'Unauthorized Sign Error',
  '401.6': 'Unauthorized AuthId Permission Denied',
  '401.7': 'Unauthorized Sign Timeout',
  '401.8': 'Unauthorized Timestamp Is Illegal',
  '402.1': 'Require Module (supervisor) Not Enabled',
  '402.2': 'Require Module (cron) Not Enabled',
  '402.3': 'Require Module (queue) Not Enabled',
  '403.1': 'Request Params (ip) Illegal',
  '403.2': 'Request Params (param) Illegal',
  '403.3': 'Request Params (app) Illegal',
  '403.4': 'Request Params (mode) Illegal',
  '403.5': 'Request Params (cron-rule) Illegal',
  '403.6': 'Request Params (queue_id) Illegal',
  '403.7': 'Request Params (func) Illegal',
  '403.8': 'Request Params (timeout) Illegal',
  '403.9': 'Request Params (cron_id) Illegal',
  '410.1': 'Send Job To Agent Fail',
  '411.1': 'Not Find Cron Job To Operate',
  '412.1': 'Queue Not Found',
  '412.2': 'Queue Status Incorrect',
  '412.3': 'Stop Task Error',
  '412.4': 'Depend Task Not Found',
  '413.1': 'AuthId Not Found',
  '413.2': 'App Not Found',
  '414.1': 'Agent Info Not Found',
  '500': 'Internal ServerError',
} as const

export type RestErrorCode = keyof typeof restErrors

/** A refusal of REST v2. Elves 0.1.x has no `detail`, so it is added only to refusals that 0.1.x could not give. */
export interface RestRefusal {
  readonly code: RestErrorCode
  readonly detail?: string
}

export function restRefusal(code: RestErrorCode, detail?: string): RestRefusal {
  return detail === undefined ? { code } : { code, detail }
}

/** `{"flag":"true","error":"","result":…}`, byte for byte in the order of the contract, without `result` if there is none. */
export function doneAnswer(result?: Readonly<Record<string, unknown>> | readonly unknown[]): string {
  return JSON.stringify({ flag: 'true', error: '', result })
}

/** Returns the code of an answer, `OK` if it is no refusal. */
export function codeOfAnswer(answer: string): RestErrorCode | 'OK' {
  return (/^\{"flag":"false","error":"\[([\d.]+)\]/.exec(answer)?.[1] as RestErrorCode | undefined) ?? 'OK'
}

/** `{"flag":"false","error":"[CODE]Text"}`. */
export function refusedAnswer({ code, detail }: RestRefusal): string {
  return JSON.stringify({ flag: 'false', error: `[${code}]${restErrors[code]}${detail === undefined ? '' : `: ${detail}`}` })
}

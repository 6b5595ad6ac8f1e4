import type { Refusal } from '@elves/core/command-api/command.ts'
import { codes } from '@elves/core/foundation/codes.ts'
import { type RestErrorCode, type RestRefusal, restRefusal } from './answers.ts'

interface InRest {
  readonly meaning: string
  readonly rest?: RestErrorCode
  readonly hasRestDetail?: boolean
}

/** Turns a refusal of the platform into one of REST v2; core/foundation/codes.ts has the code for each. */
export function restRefusalOf({ code, message }: Refusal): RestRefusal {
  const { rest, hasRestDetail }: InRest = codes[code]
  return rest === undefined || hasRestDetail ? restRefusal(rest ?? '410.1', message) : restRefusal(rest)
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

/**
 * Returns the refusal of a parameter that is not UTF-8: its own code if the contract has one, else that of a bad
 * signature, because signatures are over UTF-8.
 */
export function notUtf8(name: string): RestRefusal {
  return restRefusal((Object.hasOwn(codesOfParameters, name) && codesOfParameters[name]) || '401.5', 'ENCODING_INVALID, the value is not UTF-8')
}

import type { Refusal } from '@elves/core/command-api/command.ts'
import { codes } from '@elves/core/foundation/codes.ts'
import { type RestErrorCode, type RestRefusal, restRefusal } from './answers.ts'
import type { RestParameters } from './parameter.ts'

interface InRest {
  readonly meaning: string
  readonly rest?: RestErrorCode
}

/** Turns a refusal of the platform into one of REST v2; core/foundation/codes.ts has the code for each. */
export function restRefusalOf({ code, message }: Refusal): RestRefusal {
  const { rest }: InRest = codes[code]
  return rest === undefined ? restRefusal('410.1', message) : restRefusal(rest)
}

const codesOfSignature: { readonly [name: string]: RestErrorCode } = { auth_id: '401.2', sign_type: '401.3', timestamp: '401.8' }

/**
 * Returns the refusal of a parameter that is not UTF-8: its own code if it has one, else that of a bad signature, because
 * signatures are over UTF-8.
 */
export function notUtf8(name: string, declared: RestParameters): RestRefusal {
  const own = Object.hasOwn(declared, name) ? declared[name]?.code : Object.hasOwn(codesOfSignature, name) && codesOfSignature[name]
  return restRefusal(own || '401.5', 'ENCODING_INVALID, the value is not UTF-8')
}

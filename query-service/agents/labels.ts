import { parsed } from '@elves/core/command-api/command.ts'
import { givenLabels } from '@elves/core/command-api/create-join-token.ts'
import { jsonOf } from '../graphql/json-text/json-text.ts'

/** Returns the labels that a client gives as JSON. Throws BAD_REQUEST for anything but an object of texts. */
export function parsedLabels(json: unknown): Record<string, string> {
  return parsed(givenLabels, JSON.parse(jsonOf(json ?? {})))
}

import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadPosition } from '../read-side/read-position.ts'
import type { Parameters } from './parameters.ts'

/** The facts about a request that an endpoint needs besides its parameters. */
export interface RestCaller {
  readonly authId: string
  readonly correlationId: string
  readonly metadata: Readonly<Record<string, string>>
}

/** The services that every endpoint may use. */
export interface RestServices {
  readonly commands: CommandApi
  readonly readModels: ReadModels
  readonly readPosition: Pick<ReadPosition, 'reached'>
}

/** Handles a request with a valid signature; returns the answer in the envelope. */
export type Endpoint = (services: RestServices, caller: RestCaller, parameters: Parameters) => Promise<string>

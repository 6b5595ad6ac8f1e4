import { joinTokenAggregate } from '../../domain/join-token/join-token.ts'
import { readModel } from '../read-model.ts'
import { joinTokenStates } from './join-token-view.ts'
import { projectJoinTokens } from './projector.ts'
import { readJoinToken, readJoinTokens } from './queries.ts'

/** The list of join tokens, one row each. */
export const joinTokensReadModel = readModel({
  name: 'join-tokens',
  tables: [{ name: 'join_tokens', key: 'id' }],
  reads: [joinTokenAggregate],
  lists: ['join-tokens'],
  states: joinTokenStates,
  apply: projectJoinTokens,
  queries: { byId: readJoinToken, list: readJoinTokens },
})

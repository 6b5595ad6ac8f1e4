import { userAggregate } from '../../domain/user/user.ts'
import { readModel } from '../read-model.ts'
import { projectUsers } from './projector.ts'
import { readUser, readUsers } from './queries.ts'
import { userStates } from './user-view.ts'

/** The list of users, one row each. */
export const usersReadModel = readModel({
  name: 'users',
  tables: [{ name: 'users', key: 'id' }],
  reads: [userAggregate],
  lists: ['users'],
  states: userStates,
  apply: projectUsers,
  queries: { byId: readUser, list: readUsers },
})

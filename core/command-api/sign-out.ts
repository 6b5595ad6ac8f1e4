import { defineCommand } from './command.ts'

/** Ends the session of the caller. */
export const signOut = defineCommand({
  name: 'signOut',
  subject: 'user',
  request: {},
  // Everybody may: it is about its sender, and the handler wants a session of his.
  permission: null,
  about: () => [],
})

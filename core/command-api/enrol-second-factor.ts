import { defineCommand } from './command.ts'

/** Makes the secret of a second factor for the caller; nothing wants its codes before it is confirmed. The answer has the secret, base32, and no events. */
export const enrolSecondFactor = defineCommand({
  name: 'enrolSecondFactor',
  subject: 'user',
  request: {},
  // Everybody may: it is about its sender, and the handler wants a session of his.
  permission: null,
  about: () => [],
})

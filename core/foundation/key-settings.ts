import { setting } from './setting.ts'
import { onOff, anyText as text } from './setting-type.ts'

/** Settings of what lets services and agents in, and of what is sealed and signed by. */
export const keySettings = {
  ELVES_SERVICE_SECRET: setting(text, '', 'Shared secret of the services for their internal HTTP; standalone makes one at its first start.'),
  ELVES_JOIN_TOKEN: setting(
    text,
    '',
    "A join token of the platform's own, for any number of agents; standalone makes one at its first start. At an agent: the token that it enrols with.",
  ),
  ELVES_SIGNING_KEY: setting(
    text,
    '',
    'Secrets, comma-separated, from which the keys are made that sign instructions for agents: the first one signs, agents take all. The same in each command-service and gateway. Standalone and `npm run cluster` make one; without it nothing is signed.',
  ),
  ELVES_SECRETS_KEY: setting(
    text,
    '',
    'Master keys of the secrets that tasks use, comma-separated: the first one seals, all open. The same in each command-service and gateway. Standalone and `npm run cluster` make one; without it, and without ELVES_SECRETS_KEY_FILE, no secret can be made.',
  ),
  ELVES_SECRETS_KEY_FILE: setting(text, '', 'File with these keys instead, one a line; it is read anew each time.'),
  ELVES_KEYLESS_AGENTS: setting(onOff, false, 'Whether agents of release 0.3 or earlier, which have no keys, are served until they are upgraded.'),
  ELVES_JOIN_TOKEN_FILE: setting(text, '', 'File that an agent reads its join token from at its start, where `ELVES_JOIN_TOKEN` has none.'),
} as const

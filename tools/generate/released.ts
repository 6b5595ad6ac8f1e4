import { earlierVersions, type ReleaseLock, type Schemas } from '@elves/schemas/released/release-lock.ts'

/** Makes the source of the released versions other than today's, for the codec. `npm run generate` never writes the lock itself. */
export function releasedSource(lock: ReleaseLock, today: Schemas): string {
  const lines = earlierVersions(lock, today).map((version) => `  ${JSON.stringify(version)},\n`)
  return [
    '// Generated from schemas/released/released.json and schemas/**/*.avsc by `npm run generate`; do not edit.\n',
    "import type { ReleasedSchema } from '../codec/message-codec.ts'\n\n",
    '/** Earlier versions of schemas, as releases published them, oldest first: stored events and slower peers still use them. */\n',
    `export const releasedSchemas: readonly ReleasedSchema[] = [${lines.length > 0 ? '\n' : ''}${lines.join('')}]\n`,
  ].join('')
}

// Generated from schemas/released/released.json and schemas/**/*.avsc by `npm run generate`; do not edit.
import type { ReleasedSchema } from '../codec/message-codec.ts'

/** Earlier versions of schemas, as releases published them, oldest first: stored events and slower peers still use them. */
export const releasedSchemas: readonly ReleasedSchema[] = []

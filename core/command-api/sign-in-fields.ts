import { z } from 'zod'

/** From where a sign-in comes; the edge says it. */
export const clientFields = {
  remoteAddress: z.string(),
  /** The header User-Agent. */
  program: z.string(),
}

/** A code of a second factor, or a recovery code. */
export const codeText = z.string().max(64)

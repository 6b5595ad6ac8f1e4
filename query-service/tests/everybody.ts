import type { Authenticator } from '../sign-in/authenticator.ts'
import { theLocalAdmin } from '../sign-in/local-admin.ts'

/** For tests of other things than sign-in: every request is the local admin's. */
export const everybody: Authenticator = { authenticate: () => theLocalAdmin }

import { sharedValue } from '../shared-value.ts'

/** `out`: the platform does not know who asks. `changeFirst`: the password must be changed before anything else. */
export type Admission = 'in' | 'out' | 'changeFirst'

const admission = sharedValue<Admission>('in')

/** Tells from the code of an answer that the page has to let somebody in first. Only a new page, after that, asks again. */
export function heedCode(code: string | undefined): void {
  if (code === 'UNAUTHENTICATED') admission.set('out')
  if (code === 'PASSWORD_MUST_CHANGE') admission.set('changeFirst')
}

export const useAdmission = admission.use

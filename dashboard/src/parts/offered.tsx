import type { ReactNode } from 'react'
import type { Permission } from '../../generated/operations.ts'
import { useMay } from '../session/use-viewer.ts'

/** What only those see who have a permission over something. */
export function Offered({ needs, children }: { readonly needs: Permission; readonly children: ReactNode }) {
  return useMay(needs) && children
}

import type { ReactNode } from 'react'
import type { Permission } from '../../generated/operations.ts'
import { useMay } from '../session/use-viewer.ts'

interface OfferedProps {
  readonly needs: Permission
  readonly children: ReactNode
  /** For those who do not have it. */
  readonly others?: ReactNode
}

/** What only those see who have a permission over something. */
export function Offered({ needs, children, others = null }: OfferedProps) {
  return useMay(needs) ? (
    <span className="offered" data-needs={needs}>
      {children}
    </span>
  ) : (
    others
  )
}

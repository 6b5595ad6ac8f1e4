import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useMay } from '../session/use-viewer.ts'

interface AuditLinkProps {
  /** What stands after the `?` of the address of the audit page. */
  readonly query: string
  readonly children: ReactNode
  /** For those who do not read the audit log. Default: the same, without the link. */
  readonly others?: ReactNode
}

/** A link to the audit page, for who may read it. */
export function AuditLink({ query, children, others = children }: AuditLinkProps) {
  return useMay('AUDIT') ? <Link to={`/audit${query === '' ? '' : '?'}${query}`}>{children}</Link> : others
}

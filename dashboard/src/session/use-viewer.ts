import { useEffect, useRef } from 'react'
import { type Permission, ViewerDocument, type ViewerQuery } from '../../generated/operations.ts'
import { heedCode } from '../graphql/admission.ts'
import { useAsk } from '../graphql/use-query.ts'

type Viewer = ViewerQuery['viewer'] | undefined

/** Permissions change by the hand of others. */
const everyMs = 30_000

/**
 * Keeps it known who uses this page, for all of its parts: the frame asks again and again, so that not each part does, and on the way to
 * another page.
 */
export function useAskedViewer(pathname: string): Viewer {
  const { data, refetch } = useAsk('viewer', ViewerDocument, {}, { everyMs })
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    void refetch()
  }, [pathname, refetch])
  const isNobody = data?.viewer === null
  useEffect(() => {
    if (isNobody) heedCode('UNAUTHENTICATED')
  }, [isNobody])
  return data?.viewer
}

/** Who uses this page; undefined: not known yet, null: nobody has signed in. */
export function useViewer(): Viewer {
  return useAsk('viewer', ViewerDocument, {}, { staleMs: Number.POSITIVE_INFINITY }).data?.viewer
}

/**
 * Returns true if who uses this page has a permission over something at least; null: no permission is needed. What one may not do is not
 * offered; the platform decides again when it is done.
 */
export function useMay(needs: Permission | null): boolean {
  const viewer = useViewer()
  return needs === null || (viewer?.permissions.includes(needs) ?? false)
}

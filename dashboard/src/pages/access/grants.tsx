import { Card } from 'antd'
import { type AccessStateQuery, RevokeGrantDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { Act } from '../../parts/act.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'

export interface GrantsProps {
  /** Undefined: not known yet. */
  readonly grants: AccessStateQuery['grants'] | undefined
  readonly after: (position: string | null) => void
}

/** The grants that hold, each as a sentence. */
export function Grants({ grants, after }: GrantsProps) {
  const text = useText()
  return (
    <Card size="small" title={text('access.grants')}>
      <ul className="plain">
        {grants?.nodes.map(({ id, sentence, expiresAt }) => (
          <li key={id} data-grant={id}>
            <span>{sentence}</span>
            {expiresAt && (
              <span className="muted">
                <When at={expiresAt} isFull />
              </span>
            )}
            <span className="end">
              <Act
                needs="MANAGE_ACCESS"
                label={text('access.revoke')}
                what={sentence}
                isDangerous
                asksReason
                act={async (reason) => (await ask(RevokeGrantDocument, { input: { grant: id, reason } })).revokeGrant}
                after={after}
              />
            </span>
          </li>
        ))}
      </ul>
      {grants?.nodes.length === 0 && <span className="muted">{text('access.noGrants')}</span>}
      {grants?.pageInfo.hasNextPage && <span className="muted">{text('list.cut', { count: grants.nodes.length })}</span>}
    </Card>
  )
}

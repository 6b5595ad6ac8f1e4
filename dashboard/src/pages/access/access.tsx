import { Card, Spin } from 'antd'
import { useState } from 'react'
import { AccessStateDocument, LimitsAndGuardsDocument, RevokeGrantDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { useApiLanguage } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import { AuthKeys } from './auth-keys.tsx'
import { Guards } from './guards.tsx'
import { Limits } from './limits.tsx'
import { NewGrant } from './new-grant.tsx'
import { Roles } from './roles.tsx'
import { Secrets } from './secrets.tsx'
import { Users } from './users.tsx'
import { WhoMay } from './who-may.tsx'

/** One question is for all that is here: each kind of it has a subscription of its own. */
const everyMs = 5_000

/** Who may do what, in sentences, and why. */
export function Access() {
  const text = useText()
  const language = useApiLanguage()
  /** Of the last thing done here: what is shown has it. */
  const [notBefore, after] = useState<string | null>(null)
  const { data, error, refetch } = useAsk('access', AccessStateDocument, { language, notBefore }, { everyMs })
  const limited = useAsk('limits', LimitsAndGuardsDocument, { notBefore }, { everyMs })
  return (
    <Page name="access" title={text('nav.access')} extra={<NewGrant after={after} />}>
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {!data && !error && <Spin aria-label={text('list.loading')} />}
        <WhoMay />
        <Card size="small" title={text('access.grants')}>
          <ul className="plain">
            {data?.grants.nodes.map(({ id, sentence, expiresAt }) => (
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
          {data?.grants.nodes.length === 0 && <span className="muted">{text('access.noGrants')}</span>}
        </Card>
        <Users roles={data?.roles.map(({ name }) => name) ?? []} notBefore={notBefore} after={after} />
        <Roles roles={data?.roles ?? []} after={after} />
        <Fault error={limited.error} retry={() => void limited.refetch()} />
        <Limits limits={limited.data?.limits.nodes ?? []} after={after} />
        <Guards guards={limited.data?.guards.nodes ?? []} after={after} />
        <Secrets notBefore={notBefore} after={after} />
        <AuthKeys keys={data?.authKeys.nodes ?? []} after={after} />
      </div>
    </Page>
  )
}

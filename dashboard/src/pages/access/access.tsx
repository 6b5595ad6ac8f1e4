import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { useText } from '../../words/use-text.ts'
import { AuthKeys } from './auth-keys.tsx'
import { Grants } from './grants.tsx'
import { Guards } from './guards.tsx'
import { Limits } from './limits.tsx'
import { NewGrant } from './new-grant.tsx'
import { Roles } from './roles.tsx'
import { Secrets } from './secrets.tsx'
import { useAccess } from './use-access.ts'
import { Users } from './users.tsx'
import { WhoMay } from './who-may.tsx'

/** Who may do what, in sentences, and why. */
export function Access() {
  const text = useText()
  const { state, users, limits, error, retry, after } = useAccess()
  const roles = state?.roles ?? []
  const keys = state?.authKeys.nodes ?? []
  const roleNames = roles.map(({ name }) => name)
  const newGrant = (
    <NewGrant users={users?.users.nodes.filter(({ state: of }) => of !== 'ERASED') ?? []} roles={roleNames} keys={keys} after={after} />
  )
  return (
    <Page name="access" title={text('nav.access')} extra={newGrant}>
      <div className="stack">
        <Fault error={error} retry={retry} />
        {!state && !error && <Loading />}
        <WhoMay />
        <Grants grants={state?.grants} after={after} />
        <Users list={users} roles={roleNames} after={after} />
        <Roles roles={roles} after={after} />
        <Limits limits={limits?.limits.nodes ?? []} after={after} />
        <Guards guards={limits?.guards.nodes ?? []} after={after} />
        <Secrets />
        <AuthKeys keys={keys} after={after} />
      </div>
    </Page>
  )
}

import { Card, Descriptions, Segmented } from 'antd'
import { useState } from 'react'
import { EndSessionsDocument, MeDocument, type MeQuery, RevokeAccessTokenDocument, SignOutDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Tags } from '../../parts/tags.tsx'
import { When } from '../../parts/when.tsx'
import { ChangePassword } from '../../session/change-password.tsx'
import type { Language } from '../../words/language.ts'
import { prefer, type Theme, usePreferences } from '../../words/preferences.ts'
import { speak, useText } from '../../words/use-text.ts'
import { fullName } from '../../words/user-name.ts'
import { NewAccessToken } from './new-access-token.tsx'
import { SecondFactor } from './second-factor.tsx'

type Viewer = NonNullable<MeQuery['viewer']>
type User = NonNullable<Viewer['user']>

const everyMs = 10_000

/** Who one is here, and what is one's own: password, sessions, tokens, language and theme. */
export function Me() {
  const text = useText()
  /** Of the last thing done here: what is shown has it. */
  const [notBefore, after] = useState<string | null>(null)
  const { data, error, refetch } = useAsk('me', MeDocument, { notBefore }, { everyMs })
  const viewer = data?.viewer
  return (
    <Page name="me" title={text('me.title')} extra={viewer?.session && <SignOut />}>
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {!data && !error && <Loading />}
        {viewer && <Who viewer={viewer} />}
        <div className="cards">
          <Look />
          {viewer?.user && viewer.session && (
            <Card size="small" title={text('me.password')}>
              <ChangePassword after={after} />
            </Card>
          )}
          {viewer?.user && viewer.session && (
            <SecondFactor isOn={viewer.user.hasSecondFactor} recoveryCodesLeft={viewer.user.recoveryCodesLeft} after={after} />
          )}
        </div>
        {viewer?.user && <Sessions user={viewer.user} current={viewer.session} after={after} />}
        {viewer?.user && <AccessTokens user={viewer.user} canMake={viewer.session !== null} after={after} />}
      </div>
    </Page>
  )
}

function SignOut() {
  const text = useText()
  return (
    <Act
      needs={null}
      label={text('me.signOut')}
      what={text('me.signOutWhat')}
      act={async () => (await ask(SignOutDocument, {})).signOut}
      after={() => location.assign('/')}
    />
  )
}

function Who({ viewer: { actor, user, permissions, scopes } }: { readonly viewer: Viewer }) {
  const text = useText()
  const items = [
    {
      key: 'name',
      label: text('queues.name'),
      children: user ? fullName(user) : `${text('me.local')} (${actor.kind})`,
    },
    ...(user ? [{ key: 'roles', label: text('access.roles'), children: <Tags names={user.roles} /> }] : []),
    { key: 'may', label: text('access.permissions'), children: <Tags names={permissions} /> },
    ...(scopes ? [{ key: 'scopes', label: text('me.scopes'), children: <Tags names={scopes} /> }] : []),
  ]
  return <Descriptions size="small" bordered column={1} items={items} />
}

function Look() {
  const text = useText()
  const { language, theme } = usePreferences()
  return (
    <Card size="small" title={text('me.look')}>
      <div className="stack">
        <Segmented<Language>
          aria-label={text('me.language')}
          value={language}
          options={[
            { value: 'en', label: 'English' },
            { value: 'zh', label: '中文' },
          ]}
          onChange={(chosen) => void speak(chosen).then(() => prefer({ language: chosen }))}
        />
        <Segmented<Theme>
          aria-label={text('me.theme')}
          value={theme}
          options={[
            { value: 'light', label: text('theme.light') },
            { value: 'dark', label: text('theme.dark') },
          ]}
          onChange={(chosen) => prefer({ theme: chosen })}
        />
      </div>
    </Card>
  )
}

function Sessions({
  user,
  current,
  after,
}: {
  readonly user: User
  readonly current: string | null
  readonly after: (position: string | null) => void
}) {
  const text = useText()
  return (
    <Card size="small" title={text('me.sessions')}>
      <ul className="plain">
        {user.sessions.map(({ id, remoteAddress, program, startedAt, expiresAt }) => (
          <li key={id} data-session={id}>
            <When at={startedAt} isFull />
            <span>{remoteAddress}</span>
            <span className="muted">{program}</span>
            <span className="muted">
              {text('me.until')} <When at={expiresAt} isFull />
            </span>
            <span className="end">
              {id === current ? (
                text('me.thisOne')
              ) : (
                <Act
                  needs={null}
                  label={text('me.end')}
                  what={text('me.endWhat')}
                  isDangerous
                  act={async () => (await ask(EndSessionsDocument, { input: { sessions: [id] } })).endSessions}
                  after={after}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function AccessTokens({
  user,
  canMake,
  after,
}: {
  readonly user: User
  readonly canMake: boolean
  readonly after: (position: string | null) => void
}) {
  const text = useText()
  return (
    <Card size="small" title={text('me.accessTokens')} extra={canMake && <NewAccessToken after={after} />}>
      <ul className="plain">
        {user.accessTokens.map(({ id, name, scopes, createdAt, lastUsedAt, expiresAt, revokedAt }) => (
          <li key={id} data-access-token={id}>
            <b>{name}</b>
            <span>{scopes === null ? text('me.allScopes') : scopes.join(', ')}</span>
            <span className="muted">
              <When at={createdAt} isFull />
            </span>
            {lastUsedAt && (
              <span className="muted">
                {text('me.lastUsed')} <When at={lastUsedAt} />
              </span>
            )}
            {expiresAt && (
              <span className="muted">
                {text('me.until')} <When at={expiresAt} isFull />
              </span>
            )}
            <span className="end">
              {revokedAt ? (
                <span className="muted">{text('me.revoked')}</span>
              ) : (
                <Act
                  needs={null}
                  label={text('access.revoke')}
                  what={text('me.revokeTokenWhat', { name })}
                  isDangerous
                  asksReason
                  act={async (reason) => (await ask(RevokeAccessTokenDocument, { input: { accessToken: id, reason } })).revokeAccessToken}
                  after={after}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
      {user.accessTokens.length === 0 && <span className="muted">{text('me.noTokens')}</span>}
    </Card>
  )
}

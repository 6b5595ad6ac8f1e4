import { Card, Empty, Table, Tag } from 'antd'
import { useEffect } from 'react'
import {
  AppChangesDocument,
  AppListDocument,
  type AppRowFragment,
  BindAppDocument,
  PauseRolloutDocument,
  ResumeRolloutDocument,
  RollBackRolloutDocument,
  RolloutChangesDocument,
  RolloutListDocument,
  type RolloutRowFragment,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useShown } from '../../graphql/use-shown.ts'
import { Act } from '../../parts/act.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { NewApp } from './new-app.tsx'
import { NewRelease } from './new-release.tsx'
import { UploadVersion } from './upload-version.tsx'

const shown = { first: 100 }
const countsEveryMs = 2_000

export function Apps() {
  const text = useText()
  const { data, error, position, again, refetch, retry } = useShown('apps', AppListDocument, shown)
  // An app tells only of the rollout that is on its way.
  const ended = useShown('rollouts', RolloutListDocument, {})
  useFollowed(
    'apps',
    position,
    AppChangesDocument,
    (after) => ({ after }),
    ({ appChanged }) => appChanged.position,
    () => again,
  )
  useFollowed(
    'rollouts',
    position,
    RolloutChangesDocument,
    (after) => ({ after }),
    ({ rolloutChanged }) => rolloutChanged.position,
    () => (changed) => {
      again(changed)
      ended.again(changed)
    },
  )
  // That an agent has installed a version changes no rollout.
  const isRolling = data?.apps.nodes.some(({ rollout }) => rollout !== null) ?? false
  useEffect(() => {
    if (!isRolling) return
    const timer = setInterval(() => void refetch(), countsEveryMs)
    return () => clearInterval(timer)
  }, [isRolling, refetch])
  return (
    <Page name="apps" title={text('nav.apps')} extra={<NewApp />}>
      <div className="stack">
        <Fault error={error} retry={retry} />
        {data?.apps.nodes.length === 0 && <Empty description={text('apps.first')} />}
        {data?.apps.nodes.map((app) => (
          <AppCard key={app.name} app={app} last={ended.data?.rollouts.nodes.find((one) => one.app === app.name) ?? null} />
        ))}
        {data?.apps.pageInfo.hasNextPage && <span className="muted">{text('apps.more', { count: shown.first })}</span>}
      </div>
    </Page>
  )
}

interface AppCardProps {
  readonly app: AppRowFragment
  /** Its newest rollout, which may have ended; null: not among the newest of all. */
  readonly last: RolloutRowFragment | null
}

function AppCard({ app, last }: AppCardProps) {
  const text = useText()
  const { name, displayName, description, state, banReason, released, rollout, bindings, functions, versions } = app
  const title = (
    <span>
      <State state={state} /> <b>{displayName === '' || displayName === name ? name : `${displayName} (${name})`}</b>{' '}
      {released && <Tag variant="outlined">{released.version}</Tag>}
    </span>
  )
  return (
    <Card size="small" title={title} extra={<UploadVersion app={name} />} data-app={name}>
      <div className="stack">
        {description !== '' && <span>{description}</span>}
        {banReason && <span className="bad">{banReason}</span>}
        <Rollout rollout={rollout ?? last} />
        <Table
          size="small"
          rowKey="version"
          pagination={false}
          dataSource={[...versions.nodes]}
          locale={{ emptyText: text('apps.noVersions') }}
          columns={[
            { title: text('agents.version'), dataIndex: 'version' },
            { title: text('task.state'), render: (_, version) => <State state={version.state} /> },
            { title: text('apps.size'), render: (_, { bytes, files }) => text('apps.bytes', { bytes: Math.ceil(bytes / 1024), files }) },
            { title: text('apps.uploadedAt'), render: (_, { uploadedAt }) => <When at={uploadedAt} isFull /> },
            { title: 'SHA-256', render: (_, { sha256 }) => <span className="mono">{sha256.slice(0, 16)}</span> },
            {
              title: '',
              render: (_, version) => version.state !== 'WITHDRAWN' && <NewRelease app={name} version={version.version} />,
            },
          ]}
        />
        <div>
          <b>{text('apps.bindings')}</b>{' '}
          {bindings.map(({ agents }) => (
            <Tag key={agents} variant="outlined">
              {agents === '' ? text('apps.everywhere') : agents}
            </Tag>
          ))}
          {bindings.length === 0 && (
            <Act
              needs="MANAGE_APPS"
              label={text('apps.bindAll')}
              what={text('apps.bindAllWhat')}
              act={async () => (await ask(BindAppDocument, { input: { app: name, agents: '' } })).bindApp}
            />
          )}
        </div>
        {functions.length > 0 && (
          <ul className="plain">
            {functions.map((one) => (
              <li key={one.name}>
                <b className="mono">{one.name}</b>
                <span>{one.description}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

const isOpen = ['RUNNING', 'PAUSED', 'CONFIRMING']

function Rollout({ rollout }: { readonly rollout: RolloutRowFragment | null }) {
  const text = useText()
  if (rollout === null) return null
  const { id, from, to, state, batch, batches, counts, reason, cause } = rollout
  const input = { rollout: id }
  return (
    <div className="filters" data-rollout={state}>
      <State state={state} />
      <span>{text('apps.rollout', { from: from ?? '-', to, batch, batches: batches.length })}</span>
      <span className="muted">{text('apps.counts', { ...counts })}</span>
      {(reason ?? cause) && <span className="muted">{reason ?? cause}</span>}
      {state === 'RUNNING' && (
        <Act
          needs="MANAGE_APPS"
          label={text('apps.stop')}
          what={text('apps.stopWhat')}
          act={async () => (await ask(PauseRolloutDocument, { input })).pauseRollout}
        />
      )}
      {['PAUSED', 'CONFIRMING'].includes(state) && (
        <Act
          needs="MANAGE_APPS"
          label={text('apps.goOn')}
          what={text('apps.goOnWhat')}
          act={async () => (await ask(ResumeRolloutDocument, { input })).resumeRollout}
        />
      )}
      {isOpen.includes(state) && (
        <Act
          needs="MANAGE_APPS"
          label={text('apps.rollBack')}
          what={text('apps.rollBackWhat', { from: from ?? '-' })}
          isDangerous
          act={async () => (await ask(RollBackRolloutDocument, { input })).rollBackRollout}
        />
      )}
    </div>
  )
}

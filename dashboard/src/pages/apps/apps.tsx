import { Card, Empty, Table, Tag } from 'antd'
import {
  AppChangesDocument,
  AppListDocument,
  type AppRowFragment,
  BindAppDocument,
  HeadDocument,
  PauseRolloutDocument,
  ReleaseAppVersionDocument,
  ResumeRolloutDocument,
  RollBackRolloutDocument,
  RolloutChangesDocument,
  type RolloutRowFragment,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { refresher } from '../../graphql/refresher.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { NewApp } from './new-app.tsx'
import { UploadVersion } from './upload-version.tsx'

const shown = { first: 100 }

export function Apps() {
  const text = useText()
  // Before the apps: asked together, a change between the two would be in neither.
  const head = useAsk('head', HeadDocument, {})
  const position = head.data?.platform.readPosition
  const { data, error, refetch } = useAsk('apps', AppListDocument, shown, { isEnabled: position !== undefined })
  const again = () => refresher('apps', AppListDocument, shown)
  useFollowed(
    'apps',
    position,
    AppChangesDocument,
    (after) => ({ after }),
    ({ appChanged }) => appChanged.position,
    again,
  )
  useFollowed(
    'rollouts',
    position,
    RolloutChangesDocument,
    (after) => ({ after }),
    ({ rolloutChanged }) => rolloutChanged.position,
    again,
  )
  return (
    <Page name="apps" title={text('nav.apps')} extra={<NewApp />}>
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {data?.apps.nodes.length === 0 && <Empty description={text('apps.first')} />}
        {data?.apps.nodes.map((app) => (
          <AppCard key={app.name} app={app} />
        ))}
        {data?.apps.pageInfo.hasNextPage && <span className="muted">{text('apps.more', { count: shown.first })}</span>}
      </div>
    </Page>
  )
}

function AppCard({ app }: { readonly app: AppRowFragment }) {
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
        {rollout && <Rollout rollout={rollout} />}
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
              render: (_, version) =>
                version.state === 'WITHDRAWN' ? null : (
                  <Act
                    needs="MANAGE_APPS"
                    label={text('apps.release')}
                    what={text('apps.releaseWhat', { version: version.version })}
                    act={async () =>
                      (
                        await ask(ReleaseAppVersionDocument, {
                          input: { app: name, version: version.version, rollout: { batches: ['10%', '50%', '100%'], pauseMs: 5_000 } },
                        })
                      ).releaseAppVersion
                    }
                  />
                ),
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

function Rollout({ rollout }: { readonly rollout: RolloutRowFragment }) {
  const text = useText()
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

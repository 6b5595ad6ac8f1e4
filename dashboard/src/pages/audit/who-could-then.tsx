import { Card, Input, Select } from 'antd'
import { useState } from 'react'
import type { Permission } from '../../../generated/operations.ts'
import { permissionOptions } from '../../parts/permissions.ts'
import { WhoCanList } from '../../parts/who-can-list.tsx'
import { useText } from '../../words/use-text.ts'

/** Who could do what at an instant, by the grants as they were. */
export function WhoCouldThen({ at }: { readonly at: string }) {
  const text = useText()
  const [permission, setPermission] = useState<Permission>('RUN')
  const [app, setApp] = useState('')
  return (
    <Card size="small" title={text('past.whoCould')}>
      <div className="filters">
        <Select
          aria-label={text('access.permission')}
          style={{ width: 170 }}
          value={permission}
          options={permissionOptions}
          onChange={setPermission}
        />
        <Input.Search
          aria-label={text('task.app')}
          placeholder={text('task.app')}
          style={{ width: 220 }}
          onSearch={(given) => setApp(given.trim())}
          enterButton={text('access.ask')}
        />
      </div>
      <WhoCanList asked={{ permission, app: app || null, func: null, agent: null, at }} />
    </Card>
  )
}

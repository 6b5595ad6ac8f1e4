import { BulbOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Link } from 'react-router'
import { useAdmission } from '../graphql/admission.ts'
import { useConnection } from '../graphql/connection.ts'
import { useViewer } from '../session/use-viewer.ts'
import { prefer, usePreferences } from '../words/preferences.ts'
import { speak, useText } from '../words/use-text.ts'
import { shortName } from '../words/user-name.ts'

const signs = { connecting: 'idle', live: 'good', lost: 'bad' } as const

export function Header() {
  const text = useText()
  const { language, theme } = usePreferences()
  const connection = useConnection()
  const other = language === 'zh' ? 'en' : 'zh'
  const change = () => speak(other).then(() => prefer({ language: other }))
  return (
    <header className="head">
      <span className={`state ${signs[connection]}`} role="status" data-connection={connection}>
        <span>{text(`connection.${connection}`)}</span>
      </span>
      <Button type="text" icon={<BulbOutlined />} onClick={() => prefer({ theme: theme === 'dark' ? 'light' : 'dark' })}>
        {text(theme === 'dark' ? 'theme.light' : 'theme.dark')}
      </Button>
      <Button type="text" icon={<TranslationOutlined />} onClick={() => void change()} lang={other === 'zh' ? 'zh-CN' : 'en'}>
        {other === 'zh' ? '中文' : 'English'}
      </Button>
      {useAdmission() === 'in' && <Me />}
    </header>
  )
}

function Me() {
  const text = useText()
  const viewer = useViewer()
  return (
    <Link to="/me" className="me">
      <UserOutlined /> {viewer?.user ? shortName(viewer.user) : text('me.local')}
    </Link>
  )
}

import { type ThemeConfig, theme } from 'antd'
import type { Theme } from './words/preferences.ts'

/** Muted text and borders are darker than the library's, which are below the contrast that WCAG asks for. */
export function themeOf(name: Theme): ThemeConfig {
  const isDark = name === 'dark'
  return {
    algorithm: isDark ? [theme.darkAlgorithm, theme.compactAlgorithm] : [theme.defaultAlgorithm, theme.compactAlgorithm],
    components: {
      Menu: { itemSelectedBg: isDark ? '#134e4a' : '#d5efec', itemSelectedColor: isDark ? '#99f6e4' : '#115e59' },
    },
    token: {
      colorPrimary: isDark ? '#2dd4bf' : '#0f766e',
      colorInfo: isDark ? '#2dd4bf' : '#0f766e',
      colorLink: isDark ? '#5eead4' : '#0f766e',
      colorError: isDark ? '#ff9c9a' : '#c4161c',
      colorTextLightSolid: isDark ? '#042f2e' : '#ffffff',
      colorTextSecondary: isDark ? 'rgba(255,255,255,0.75)' : 'rgba(0,0,0,0.72)',
      colorTextTertiary: isDark ? 'rgba(255,255,255,0.65)' : 'rgba(0,0,0,0.62)',
      colorTextDescription: isDark ? 'rgba(255,255,255,0.68)' : 'rgba(0,0,0,0.64)',
      colorTextPlaceholder: isDark ? 'rgba(255,255,255,0.6)' : 'rgba(0,0,0,0.6)',
      colorTextQuaternary: isDark ? 'rgba(255,255,255,0.6)' : 'rgba(0,0,0,0.6)',
      colorBgLayout: isDark ? '#0b1120' : '#f4f6f8',
      colorBgContainer: isDark ? '#111a2e' : '#ffffff',
      colorBgElevated: isDark ? '#17223a' : '#ffffff',
      borderRadius: 6,
      fontSize: 14,
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.15s',
      fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
      fontFamilyCode: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    },
  }
}

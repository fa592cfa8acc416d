import { Button, Icon, type Theme } from '@otel-activity/react'

const next: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' }
const names: Record<Theme, string> = { auto: 'as the system', light: 'light', dark: 'dark' }

/** Goes round: as the system, light, dark. */
export function ThemeToggle({ theme, onTheme }: { theme: Theme; onTheme: (theme: Theme) => void }) {
  return (
    <Button
      variant="ghost"
      aria-label={`Theme: ${names[theme]}. Change to ${names[next[theme]]}`}
      title={`Theme: ${names[theme]}`}
      onClick={() => onTheme(next[theme])}
    >
      {theme === 'auto' ? <HalfMoon /> : <Icon name={theme === 'light' ? 'sun' : 'moon'} />}
    </Button>
  )
}

function HalfMoon() {
  return (
    <svg className="oa-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </svg>
  )
}

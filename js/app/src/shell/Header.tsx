import { Button, Icon, type Me, Text } from '@otel-activity/react'
import type { Prefs } from '../prefs'
import { type Screen, screenNames, screenPaths, screens } from '../routes'
import { NavLink } from './NavLink'
import { ProjectPicker } from './ProjectPicker'
import { ThemeToggle } from './ThemeToggle'
import { ZonePicker } from './ZonePicker'

interface HeaderProps {
  title: string
  me: Me
  /** Which screen is shown, or what else is. */
  screen: string | undefined
  prefs: Prefs
  onPrefs: (change: Partial<Prefs>) => void
  onSignOut: (() => void) | undefined
}

const adminOnly: readonly Screen[] = ['rejected']

export function Header({ title, me, screen, prefs, onPrefs, onSignOut }: HeaderProps) {
  return (
    <header className="app-header">
      <span className="app-brand">
        <Logo />
        <Text value={title} />
      </span>
      <nav aria-label="Screens" className="app-nav">
        {screens
          .filter((name) => me.admin || !adminOnly.includes(name))
          .map((name) => (
            <NavLink key={name} path={screenPaths[name]} current={name === screen}>
              {screenNames[name]}
            </NavLink>
          ))}
      </nav>
      <div className="app-tools">
        <ProjectPicker me={me} />
        <ZonePicker onPrefs={onPrefs} />
        <ThemeToggle theme={prefs.theme} onTheme={(theme) => onPrefs({ theme })} />
        {onSignOut && (
          <Button variant="ghost" onClick={onSignOut}>
            <Icon name="external" />
            Sign out
          </Button>
        )}
      </div>
    </header>
  )
}

function Logo() {
  return (
    <svg className="app-logo" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d="M2 11h3.2l2.3-6.5 4.2 11 2.4-7 1.2 2.5H18" />
    </svg>
  )
}

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Button } from './Button'
import type { IconName } from './Icon'

interface MenuProps {
  label: ReactNode
  /** For a button without text. */
  ariaLabel?: string
  icon?: IconName
  align?: 'start' | 'end'
  className?: string
  /** The content; `close` gives the focus back to the button. */
  children: (close: () => void) => ReactNode
}

/**
 * A button that opens a small panel with anything in it; Escape and a click elsewhere
 * close it. Buttons in the panel can be walked through with the arrow keys.
 */
export function Menu({ label, ariaLabel, icon, align = 'start', className, children }: MenuProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    if (!open) return
    const outside = (event: Event) => {
      const { target } = event
      if (!(target instanceof Node) || !box.current) return
      // Pressing on a label in the panel gives the focus to what is around the menu.
      const around = event.type === 'focusin' && target.contains(box.current)
      if (!around && !box.current.contains(target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])

  const close = () => {
    setOpen(false)
    button.current?.focus()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return
    event.stopPropagation()
    if (event.key === 'Escape') close()
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') return
    event.preventDefault()
    const items = [
      ...(box.current?.querySelectorAll<HTMLElement>('.oa-menu :is(button, a, input)') ?? []),
    ]
    const at = items.indexOf(document.activeElement as HTMLElement)
    const next = at + (event.key === 'ArrowDown' ? 1 : -1)
    items[(next + items.length) % items.length]?.focus()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its buttons get
    <div ref={box} className={`oa-menu-box ${className ?? ''}`} onKeyDown={onKeyDown}>
      <Button
        ref={button}
        icon={icon}
        aria-label={ariaLabel}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Button>
      {open && (
        <div id={id} className="oa-menu" data-align={align}>
          {children(close)}
        </div>
      )}
    </div>
  )
}

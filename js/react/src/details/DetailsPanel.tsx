import './details.css'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef } from 'react'
import { Root } from '../ui'
import { useMedia } from '../ui/useMedia'
import { Divider, usePanelWidth } from './Divider'

// Below this a list beside the panel would lose its columns.
const dockedFrom = '(min-width: 1340px)'

interface DetailsPanelProps {
  label: string
  onClose: () => void
  children: ReactNode
}

/**
 * Where the details stand beside a list: docked and resizable where there is room, else a dialog over
 * the list. Docked it leaves the focus in the list, so that its keys go on to work.
 */
export function DetailsPanel(props: DetailsPanelProps) {
  return useMedia(dockedFrom) ? <Docked {...props} /> : <Overlay {...props} />
}

function Docked({ label, onClose, children }: DetailsPanelProps) {
  const { width, min, max, setWidth } = usePanelWidth()
  const panel = useRef<HTMLElement>(null)
  useReturnFocus(panel)

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.stopPropagation()
    onClose()
  }

  return (
    <Root className="oa-dock" style={{ inlineSize: width }}>
      <Divider width={width} min={min} max={max} onResize={setWidth} />
      <section ref={panel} aria-label={label} onKeyDown={onKeyDown}>
        {children}
      </section>
    </Root>
  )
}

function Overlay({ label, onClose, children }: DetailsPanelProps) {
  const dialog = useRef<HTMLDialogElement>(null)

  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    // The heading says what was opened; the first button would only say "Copy link".
    element?.querySelector<HTMLElement>('h2')?.focus()
    return () => element?.close()
  }, [])

  const onClick = useCallback(
    (event: { target: EventTarget; currentTarget: EventTarget }) => {
      // Only the backdrop has the dialog itself as its target.
      if (event.target === event.currentTarget) onClose()
    },
    [onClose],
  )

  return (
    <Root className="oa-overlay-root">
      <dialog
        ref={dialog}
        className="oa-overlay"
        aria-label={label}
        onClick={onClick}
        onCancel={(event) => {
          event.preventDefault()
          onClose()
        }}
        onKeyDown={passWalk}
      >
        {children}
      </dialog>
    </Root>
  )
}

/** The list below hears j and k only, which walk through it; its other keys would act unseen. */
function passWalk(event: KeyboardEvent) {
  if (event.key !== 'j' && event.key !== 'k') event.stopPropagation()
}

/** When the panel goes away with the focus in it, the focus goes back to where it came from. */
function useReturnFocus(panel: { current: HTMLElement | null }) {
  useEffect(() => {
    const before = document.activeElement
    const element = panel.current
    return () => {
      const inside = element?.contains(document.activeElement) ?? false
      if (inside && before instanceof HTMLElement) before.focus()
    }
  }, [panel])
}
